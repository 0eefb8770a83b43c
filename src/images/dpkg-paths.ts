// SPDX-License-Identifier: Apache-2.0
// Where dpkg puts files. It records MD5 sums, and whether an image has dpkg at all is known only at the end: hashing what
// probably is its own while it passes costs a sixth of the pass, reading the layer a second time half of it.

const systemFolder =
  /^(?:bin|sbin|lib\w*|opt\/(?:nvidia|rocm)[^/]*|usr\/(?!local\/)[^/]+|usr\/local\/cuda[^/]*)\//;

/** Installers of languages put theirs there too, and record SHA-256 or nothing. */
const ofLanguage = /\/(?:site-packages|node_modules)\//;

/** True if dpkg may have a record of the file; a wrong guess costs time only. */
export function mayBeOfDpkg(path: string): boolean {
  return systemFolder.test(path) && !ofLanguage.test(path);
}
