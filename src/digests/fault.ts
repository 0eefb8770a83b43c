// SPDX-License-Identifier: Apache-2.0
// Why a file could not be hashed, as plain data that crosses a thread border. Workers do not import the
// code table: loading it would cost each of them milliseconds. `fault-error.ts` makes errors of faults.

/** `detail`: the kind of special file, the system's error code, or the text of an unforeseen exception. */
export interface Fault {
  readonly kind: "changed" | "not-regular" | "system" | "crash";
  readonly detail: string;
}

/** Carries a fault up the stack of the thread that met it. */
export class FileFault extends Error {
  readonly fault: Fault;

  constructor(kind: Fault["kind"], detail = "") {
    super(`${kind} ${detail}`);
    this.fault = { kind, detail };
  }
}

/** The fault behind anything that was thrown while a file was hashed. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof FileFault) {
    return thrown.fault;
  }
  if (thrown instanceof Error && "syscall" in thrown && "code" in thrown) {
    return systemFault(String(thrown.code));
  }
  return { kind: "crash", detail: thrown instanceof Error ? thrown.message : String(thrown) };
}

/** What O_NOFOLLOW and O_NONBLOCK answer for links and sockets is a statement about the kind of file. */
function systemFault(code: string): Fault {
  switch (code) {
    case "ELOOP":
      return { kind: "not-regular", detail: "symbolic link" };
    case "ENXIO":
      return { kind: "not-regular", detail: "socket or device" };
    case "EISDIR":
      return { kind: "not-regular", detail: "directory" };
    default:
      return { kind: "system", detail: code };
  }
}
