// SPDX-License-Identifier: Apache-2.0
// A kind of archive: a format that is a ZIP or a tar with certain entries in it (PyTorch, Keras, NPZ, WebDataset). A
// kind is one file, and one line in zip/kinds.ts or tar/kinds.ts. Its id is what the file's format is called in
// reports and policies.

import type { ByteSource } from "../bytes/byte-source.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { faultFinding } from "./fault-finding.ts";
import type { FindingList } from "./finding-list.ts";
import type { ArchivedFile, Description, MemberDescription, Members } from "./format.ts";
import { summarise } from "./member-summary.ts";

/** An archive whose entries were all described already, each by what its bytes are. */
export interface ArchiveView<Entry> {
  readonly file: ByteSource;
  /** All of them: hidden ones and those whose name occurs twice too. A loader takes one, so a kind looks at each. */
  readonly entries: readonly Entry[];
  /** Names of the entries, each once. */
  readonly names: ReadonlySet<string>;
  /** What became of an entry; undefined for directories and for entries that could not be opened. */
  memberOf(entry: Entry): MemberDescription | undefined;
  /**
   * The content of an entry: a window of the file, or unpacked to memory at the cost of the purse.
   * @throws {AibomError}
   */
  open(entry: Entry): ByteSource;
}

export interface ArchiveKind<Entry> {
  /** Id used in BOMs, reports and policies: `keras`. */
  readonly id: string;
  readonly holdsWeights: boolean;
  /** Names that files of this kind usually have: `.keras`. */
  readonly extensions: readonly string[];
  /** Its files lie in it as in a directory, whose meaning is theirs: what they say together counts as well. */
  readonly isPackage?: true;
  /** Tells from the names of the entries. Never throws. */
  recognises(names: ReadonlySet<string>): boolean;
  /**
   * False if an entry holds raw numbers by the layout of this kind, and what its bytes were taken for says nothing:
   * numbers can begin like a pickle by chance. Its findings and facts are then left out.
   */
  keeps?(member: MemberDescription): boolean;
  /**
   * False if what a member says about itself is not said about the archive: the inputs that a model was tried with.
   * Its facts are then left out, its findings are not.
   */
  speaks?(member: MemberDescription): boolean;
  /**
   * What the entries say together: facts, and findings beyond those of the members, which are added by the caller.
   * @throws {AibomError} and nothing else: the file then is `unverified`, and its members' findings are kept.
   */
  describe(archive: ArchiveView<Entry>, members: Members): Description;
}

/** What each kind of archive knows of its entries. */
interface ArchiveEntry {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** An archive that was read. */
export interface ReadArchive<Entry extends ArchiveEntry> {
  readonly file: ByteSource;
  readonly entries: readonly Entry[];
  readonly described: ReadonlyMap<Entry, MemberDescription>;
  /** What is wrong with the archive itself. */
  readonly findings: FindingList;
  /** Something in it could not be read. */
  readonly isIncomplete: boolean;
  /** Entries that are links, with where they lead. */
  readonly links: ReadonlyMap<Entry, NonNullable<ArchivedFile["link"]>>;
  open(entry: Entry): ByteSource;
}

/** The description of an archive: what its members say, and what the kind that it is makes of them. */
export function describeArchive<Entry extends ArchiveEntry>(
  archive: ReadArchive<Entry>,
  kinds: readonly ArchiveKind<Entry>[],
  members: Members,
): Description {
  const { file, entries, described, findings } = archive;
  const names = new Set(entries.map(({ name }) => name));
  const kind = kinds.find((each) => each.recognises(names));
  const kept = [...described.values()].filter((member) => kind?.keeps?.(member) ?? true);
  const heard = kept.map((member) => (kind?.speaks?.(member) === false ? { ...member, facts: [] } : member));
  const summary = summarise(heard, findings);
  const view: ArchiveView<Entry> = {
    file,
    entries,
    names,
    memberOf: (entry) => described.get(entry),
    open: (entry) => archive.open(entry),
  };
  const own = kind === undefined ? undefined : describeKind(kind, view, members);
  // An archive of a kind of its own is no directory: its members mean what the kind says.
  const isOfKind = kind !== undefined && (own?.format ?? kind.id) === kind.id && kind.isPackage !== true;
  const contents = isOfKind ? undefined : members.describeContents(file.path, archivedFiles(archive));
  const isIncomplete =
    archive.isIncomplete || summary.isIncomplete || own?.incomplete === true || contents?.incomplete === true;
  return {
    facts: [...(own?.facts ?? []), ...summary.facts, ...(contents?.facts ?? [])],
    findings: [...findings.all(), ...(own?.findings ?? []), ...(contents?.findings ?? [])],
    references: own?.references ?? [],
    ...(kind !== undefined && { format: own?.format ?? kind.id }),
    ...(summary.holdsWeights && { holdsWeights: true }),
    ...(isIncomplete && { incomplete: true }),
    ...(own?.detail !== undefined && { detail: own.detail }),
  };
}

function archivedFiles<Entry extends ArchiveEntry>(archive: ReadArchive<Entry>): readonly ArchivedFile[] {
  return archive.entries.flatMap((entry): readonly ArchivedFile[] => {
    const member = archive.described.get(entry);
    const link = archive.links.get(entry);
    if (member === undefined && link === undefined) {
      return [];
    }
    const { name, size } = entry;
    const open = (): ByteSource => archive.open(entry);
    return link === undefined && member !== undefined
      ? [{ name, size: member.size, member, open }]
      : [{ name, size, open, ...(link && { link }) }];
  });
}

/** Where a link leads whose target is its content (ZIP, 7z); undefined for what can be no path. */
export function linkTarget(
  { size }: Pick<MemberDescription, "size">,
  open: () => ByteSource,
): string | undefined {
  if (size === 0 || size > limits.maxPathBytes) {
    return undefined;
  }
  try {
    return new TextDecoder().decode(open().read(0, size));
  } catch (cause) {
    if (cause instanceof AibomError) {
      return undefined;
    }
    throw cause;
  }
}

/** A kind that fails must not take the findings of the members with it. */
function describeKind<Entry>(
  kind: ArchiveKind<Entry>,
  view: ArchiveView<Entry>,
  members: Members,
): Description {
  try {
    return kind.describe(view, members);
  } catch (cause) {
    const findings = [faultFinding(cause, { path: view.file.path }, kind.id)];
    return { facts: [], findings, references: [], incomplete: true };
  }
}
