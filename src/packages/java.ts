// SPDX-License-Identifier: Apache-2.0
// Java archives: Maven's pom.properties (one for each artifact in a jar that holds several), else the manifest. Jars in
// jars (Spring Boot, wars) are opened one level deep.

import { type ByteSource, memorySource } from "../bytes/byte-source.ts";
import { openZipEntry } from "../bytes/zip/unpack.ts";
import { readZip, type ZipEntry } from "../bytes/zip.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { FileCatalog, FoundPackage } from "./catalog.ts";
import { CatalogDraft, wholeFile } from "./catalog-draft.ts";
import { type Fields, fieldOf, manifestFields } from "./header-fields.ts";
import { splitPath } from "./root-paths.ts";

const id = "java";
const archive = /\.(?:jar|war|ear|jpi|hpi|mar)$/i;
const properties = /^META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/;
const maxTextBytes = 1024 * 1024;

export const java: FileCatalog = {
  id,
  formats: ["zip"],
  // `.mar` is TorchServe's too; it has a format of its own.
  wants: (path) => archive.test(path),
  readFile(file) {
    const draft = new CatalogDraft(id);
    let left: number = limits.maxJarUnpackedBytes;
    const spend = (bytes: number): void => {
      left -= bytes;
      if (left < 0) {
        const reason = `its archives unpack to more than ${limits.maxJarUnpackedBytes} bytes`;
        throw AibomError.of("PACKAGE_RECORD_INVALID", { reason }, { where: { path: file.path } });
      }
    };
    const found = draft.attempt(file.path, () =>
      archivePackages(file, { path: file.path, name: file.path, spend, depth: 0 }),
    );
    draft.packages.push(...(found ?? []));
    return draft.done();
  },
};

interface JarPlace {
  /** The file of the root. */
  readonly path: string;
  /** The archive's own name. */
  readonly name: string;
  readonly spend: (bytes: number) => void;
  readonly depth: number;
}

function archivePackages(file: ByteSource, place: JarPlace): readonly FoundPackage[] {
  const { entries } = readZip(file, () => undefined);
  const { path, spend, depth } = place;
  const text = (entry: ZipEntry): string =>
    Buffer.from(content(file, entry, spend, maxTextBytes)).toString("utf8");
  const poms = entries
    .filter(({ name }) => properties.test(name))
    .map((entry) => pomPackage(text(entry), path));
  const own = poms.filter((each) => each !== undefined);
  const manifest = entries.find(({ name }) => name === "META-INF/MANIFEST.MF");
  const fields = manifest === undefined ? undefined : manifestFields(text(manifest));
  const found =
    own.length > 0
      ? own.map((each) => withManifest(each, fields, place.name))
      : [manifestPackage(fields, place)].flat();
  const inner = depth > 0 ? [] : entries.filter(({ name }) => archive.test(name));
  return [
    ...found,
    ...inner.flatMap((entry) => {
      const bytes = content(file, entry, spend, limits.maxJarUnpackedBytes);
      return archivePackages(memorySource(bytes, file.path), {
        ...place,
        name: entry.name,
        depth: depth + 1,
      });
    }),
  ];
}

function content(
  file: ByteSource,
  entry: ZipEntry,
  spend: (bytes: number) => void,
  most: number,
): Uint8Array {
  const { bytes, problem } = openZipEntry(file, entry, spend);
  if (problem !== undefined) {
    throw problem;
  }
  return wholeFile(bytes, most);
}

function pomPackage(text: string, path: string): FoundPackage | undefined {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const equals = line.indexOf("=");
    if (equals > 0 && !line.startsWith("#")) {
      fields.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
    }
  }
  const [namespace, name, version] = ["groupId", "artifactId", "version"].map((key) => fields.get(key));
  return namespace === undefined || name === undefined
    ? undefined
    : { type: "maven", namespace, name, version: version ?? "", state: "installed", path, scope: path };
}

/** The manifest speaks for the jar, and so for the artifact that the jar is named after. */
function withManifest(one: FoundPackage, fields: Fields | undefined, file: string): FoundPackage {
  const isOwn = splitPath(file)[1].startsWith(one.name);
  return isOwn && fields !== undefined ? { ...one, ...about(fields) } : one;
}

function about(fields: Fields): Partial<FoundPackage> {
  const supplier = fieldOf(fields, "implementation-vendor") ?? fieldOf(fields, "bundle-vendor");
  const license = fieldOf(fields, "bundle-license");
  const description = fieldOf(fields, "bundle-description");
  return {
    ...(supplier === undefined ? {} : { supplier }),
    ...(license === undefined ? {} : { licenses: [license] }),
    ...(description === undefined ? {} : { description }),
  };
}

function manifestPackage(
  fields: Fields | undefined,
  { path, name: file }: JarPlace,
): readonly FoundPackage[] {
  const [, base] = splitPath(file);
  const stem = base.replace(archive, "");
  const numbered = /^(.+?)-(\d[\w.+-]*)$/.exec(stem);
  const symbolic = fields === undefined ? undefined : fieldOf(fields, "bundle-symbolicname")?.split(";")[0];
  const version =
    fields === undefined
      ? undefined
      : (fieldOf(fields, "implementation-version") ??
        fieldOf(fields, "bundle-version") ??
        fieldOf(fields, "specification-version"));
  const name = numbered?.[1] ?? stem;
  const namespace = symbolic?.includes(".") === true ? symbolic.replace(/\.[^.]*$/, "") : name;
  return [
    {
      type: "maven",
      namespace,
      name,
      version: numbered?.[2] ?? version ?? "",
      state: "installed",
      path,
      ...(fields === undefined ? {} : about(fields)),
      scope: path,
    },
  ];
}
