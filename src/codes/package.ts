// SPDX-License-Identifier: Apache-2.0
// Codes of software packages: their records, and their files compared with what the records state.

import type { CodeTable } from "./code.ts";

export const packageCodes = {
  PACKAGE_RECORD_INVALID: {
    severity: "low",
    exit: 3,
    message: "cannot be read as a record of packages: {reason}",
    hint: "install the package again, or ask its package manager to check its database",
    explain:
      "What a package manager or a lock file says about packages could not be understood here. Packages may be missing " +
      "from the inventory, so it is not complete.",
  },
  PACKAGE_FILE_MODIFIED: {
    severity: "medium",
    exit: 3,
    message: "is not the file that {package} installed: {algorithm} is {actual}, not {expected}",
    hint: "install the package again, or find out who changed the file and why",
    explain:
      "The package manager recorded a digest when it installed the file, and the bytes now have another. A file that " +
      "runs (a module, a library, a program) is reported with high severity: that is how an installed library is tampered " +
      "with. The record itself lies beside the files, so an attacker who changes both is only seen by a signature over " +
      "the environment or an attestation of the package.",
  },
  PACKAGE_FILES_MISSING: {
    severity: "low",
    exit: 3,
    message: "{count} files of {package} are missing; this is the first",
    hint: "install the package again if they were not left out on purpose",
    explain:
      "Images are often made smaller by deleting files. What is missing cannot do harm by itself; it may be the half of a " +
      "package that somebody replaced.",
  },
  PACKAGE_FILE_UNLISTED: {
    severity: "medium",
    exit: 3,
    message: "lies among the modules of {place}, and no installed package lists it",
    hint: "delete it, or find out which program wrote it",
    explain:
      "Every file that an installer puts into a Python environment is listed in the RECORD of its package. A module that " +
      "no package lists is imported like any other: it was put there by something else.",
  },
  PACKAGE_STARTUP_CODE: {
    severity: "low",
    exit: 3,
    message: "runs code whenever Python starts: {line}",
    hint: "read the line; delete the file if no package that you know needs it",
    explain:
      "Python runs each line of a .pth file in site-packages that starts with import, before any program of the user. " +
      "Some tools need that (editable installs, coverage). One that no package lists is medium; one that decodes or " +
      "downloads what it runs is high.",
  },
  PACKAGE_UNOWNED: {
    severity: "info",
    exit: 3,
    message: "can be run, and no package owns it",
    hint: "nothing is known about it but its digest: find out where it comes from",
    explain:
      "The file lies where programs and libraries are looked for, in a file system that a package manager maintains, and " +
      "no package says that it is its own. It was copied or built there.",
  },
  PACKAGE_ARCHIVE_DIFFERS: {
    severity: "high",
    exit: 3,
    message: "is not the archive of {package} that {lock} pins: {algorithm} is {actual}",
    hint: "download it again; do not install from it",
    explain:
      "A lock file pins what is installed by the digest of its archive, and the archive beside it has another. An " +
      "installer that checks would refuse it.",
  },
  PACKAGE_UNPINNED: {
    severity: "info",
    exit: 3,
    message: "{count} requirements name no exact version",
    hint: "lock them with pip-compile, uv or poetry, with hashes",
    explain:
      "What is installed depends on the day: the inventory can say what is asked for, not what will run.",
  },
  PACKAGE_EXTRA_INDEX: {
    severity: "low",
    exit: 3,
    message: "asks a second package index besides the first",
    hint: "use one index that mirrors the other, or pin by hash",
    explain:
      "With --extra-index-url pip takes the highest version that any index offers. Somebody who registers the name of an " +
      "internal package on the public index is preferred (dependency confusion).",
  },
  PACKAGE_EDITABLE: {
    severity: "info",
    exit: 3,
    message: "{package} is installed from a directory that may change: {url}",
    hint: "install a built wheel where the environment is shipped",
    explain: "An editable install runs the code of a source directory, of which no record states digests.",
  },
  PACKAGE_INTERPRETER_OUTSIDE: {
    severity: "info",
    exit: 3,
    message: "leads to the interpreter outside of the environment: {target}",
    hint: "inventory the root file system too if the interpreter matters",
    explain:
      "A virtual environment links to the Python that it was made with. The inventory holds the environment and says " +
      "that the interpreter is not part of it.",
  },
  PACKAGE_DATABASE_JOURNAL: {
    severity: "low",
    exit: 3,
    message: "a journal beside it holds changes that are not in it yet",
    hint: "close the package manager that uses the database, or run `rpm --rebuilddb`",
    explain:
      "SQLite writes changes to a journal first. aibom reads the database as it lies, so packages that were installed " +
      "last may be missing.",
  },
  TOML_INVALID: {
    severity: "low",
    exit: 3,
    message: "not valid TOML in line {line}: {reason}",
    hint: "write the file again with the tool it belongs to",
    explain: "A lock file that cannot be parsed says nothing about what would be installed.",
  },
} as const satisfies CodeTable;
