// SPDX-License-Identifier: Apache-2.0
// On which line of a JSON text the values of some JSON pointers (RFC 6901) begin. For reports that point at lines. The text is
// known to be valid; what nobody asks for is passed over, so the answer is as small as the question.

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/** The tokens of the pointers that are asked for, as a tree. */
interface Wanted {
  pointer?: string;
  readonly children: Map<string, Wanted>;
}

interface Frame {
  readonly isList: boolean;
  /** Undefined where nothing below is asked for. */
  readonly wanted: Wanted | undefined;
  index: number;
  /** The name of the member whose value comes next. */
  name: string | undefined;
}

/** Lines, counted from 1, by pointer; without those that lead to nothing. Linear in the size of the text. */
export function jsonLines(bytes: Uint8Array, pointers: Iterable<string>): ReadonlyMap<string, number> {
  const root = treeOf(pointers);
  const lines = new Map<string, number>();
  const frames: Frame[] = [];
  let line = 1;
  const begin = (): Wanted | undefined => {
    const frame = frames.at(-1);
    const token = frame?.isList === true ? String(frame.index) : frame?.name;
    const wanted = frame === undefined ? root : frame.wanted?.children.get(token ?? "");
    if (wanted?.pointer !== undefined) {
      lines.set(wanted.pointer, line);
    }
    return wanted;
  };
  for (let at = 0; at < bytes.length; at++) {
    const frame = frames.at(-1);
    switch (bytes[at]) {
      case 0x0a:
        line++;
        break;
      case 0x20:
      case 0x09:
      case 0x0d:
        break;
      case comma:
        if (frame !== undefined) {
          frame.index++;
          frame.name = undefined;
        }
        break;
      case colon:
        break;
      case openList:
      case openObject: {
        const wanted = begin();
        frames.push({ isList: bytes[at] === openList, wanted, index: 0, name: undefined });
        break;
      }
      case closeList:
      case closeObject:
        frames.pop();
        break;
      case quote: {
        const end = closingQuote(bytes, at);
        if (frame?.isList === false && frame.name === undefined) {
          frame.name = frame.wanted === undefined ? "" : stringAt(bytes, at, end);
        } else {
          begin();
        }
        at = end;
        break;
      }
      default:
        begin();
        at = literalEnd(bytes, at);
    }
  }
  return lines;
}

function treeOf(pointers: Iterable<string>): Wanted {
  const root: Wanted = { children: new Map() };
  for (const pointer of pointers) {
    const tokens = pointer.split("/").slice(1);
    let node = root;
    for (const token of tokens) {
      const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
      const next = node.children.get(name) ?? { children: new Map() };
      node.children.set(name, next);
      node = next;
    }
    node.pointer = pointer;
  }
  return root;
}

function closingQuote(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  while (at < bytes.length && bytes[at] !== quote) {
    at += bytes[at] === backslash ? 2 : 1;
  }
  return at;
}

function stringAt(bytes: Uint8Array, from: number, to: number): string {
  return JSON.parse(new TextDecoder().decode(bytes.subarray(from, to + 1))) as string;
}

/** The last byte of a number, `true`, `false` or `null`. */
function literalEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at + 1 < bytes.length && /[\w.+-]/.test(String.fromCharCode(bytes[at + 1] ?? 0))) {
    at++;
  }
  return at;
}
