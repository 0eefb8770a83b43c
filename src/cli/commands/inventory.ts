// SPDX-License-Identifier: Apache-2.0
// `aibom inventory`: targets in, a CycloneDX BOM out. Everything that could not be read is named, the BOM
// then says that it is incomplete, and the exit code says so too.

import { type Command, Option } from "commander";
import type { InventoryOptions } from "../../inventory.ts";
import type { DigestAlgorithm } from "../../model/digest.ts";
import { addLogFlags, type LogFlags, openLogger } from "../custody.ts";
import { formatOption } from "../format-option.ts";
import { helpText } from "../help-text.ts";
import { collect, digestList, oneOf } from "../option-values.ts";
import { rootfsOption } from "../rootfs-option.ts";
import { type CommandExit, type Register, refuseIfStopped, type Session, withProgress } from "../session.ts";
import { version } from "../version.ts";

interface InventoryFlags extends LogFlags {
  readonly system?: string;
  readonly output?: string;
  readonly specVersion: "1.6" | "1.7";
  readonly digest: DigestAlgorithm[];
  readonly digestCache?: string;
  readonly ignore: readonly string[];
  readonly rootfs: readonly string[];
  /** False after `--no-timestamp`. */
  readonly timestamp: boolean;
  readonly name?: string;
  readonly format: string;
}

const examples = [
  "aibom inventory ./model -o aibom.cdx.json",
  "aibom inventory -o aibom.cdx.json",
  "aibom inventory ./model ./adapter -o aibom.cdx.json --spec-version 1.6 --digest sha256,sha512",
  "aibom inventory --rootfs ./rootfs -o aibom.cdx.json",
  "SOURCE_DATE_EPOCH=1767225600 aibom inventory ./model -o aibom.cdx.json",
];

/** Defines `aibom inventory [TARGET…]`. */
export function defineInventory(command: Command, register: Register): void {
  addLogFlags(command)
    .description(
      "Hashes every file, reads what the formats say, and writes a CycloneDX BOM: to -o FILE, or to stdout. " +
        "Findings go to stderr, or where --format says. The same input gives the same bytes but for the time " +
        "stamp; SOURCE_DATE_EPOCH sets it and --no-timestamp leaves it out.",
    )
    .argument(
      "[target...]",
      "models, datasets, images, environments, projects: directories or files; without any: the members of the system " +
        "in aibom.yaml",
    )
    .option("--system <file>", "the system to inventory; default without targets: aibom.yaml")
    .option("-o, --output <file>", "write the BOM here; default, and -: stdout")
    .addOption(
      new Option("--spec-version <version>", "CycloneDX version")
        .choices(["1.6", "1.7"])
        .default("1.7")
        .argParser(oneOf("--spec-version", ["1.6", "1.7"])),
    )
    .addOption(
      new Option("--digest <list>", "digests of every file; sha256 is always among them")
        .default(["sha256"], "sha256")
        .argParser(digestList("--digest")),
    )
    .option("--digest-cache <dir>", "keep digests here and reuse those of files that look unchanged")
    .addOption(
      new Option("--ignore <path>", "leave out this path of the target; may be repeated; listed in the BOM")
        .argParser(collect)
        .default([], "none"),
    )
    .addOption(rootfsOption())
    .option("--no-timestamp", "write no time stamp")
    .option("--name <name>", "name of what the BOM describes; default: the target's own name")
    .addOption(
      formatOption(["text", "json"], "findings: text to stderr, json to stdout, FORMAT=FILE for a file"),
    )
    .addHelpText(
      "after",
      helpText(examples, [
        [0, "the BOM is written and complete"],
        [2, "usage: bad flags, missing target, output that cannot be written"],
        [
          3,
          "something could not be verified: the BOM is written, marked incomplete, and the findings say why",
        ],
      ]),
    )
    .action((targets: string[], { output, ...flags }: InventoryFlags) =>
      // `-` is stdout, as elsewhere: nobody means a file of that name.
      register((session) =>
        inventoryTargets(
          session,
          targets,
          output === undefined || output === "-" ? flags : { ...flags, output },
        ),
      ),
    );
}

async function inventoryTargets(
  session: Session,
  given: readonly string[],
  flags: InventoryFlags,
): Promise<CommandExit> {
  const targets = [...given, ...flags.rootfs];
  const { deliverInventory, inventoryEvent, inventorySinks } = await import("../inventory-report.ts");
  const sinks = inventorySinks(flags.format, flags.output);
  const log = await openLogger(session, flags);
  const { bomTimestamp } = await import("../clock.ts");
  const timestamp = flags.timestamp ? bomTimestamp(session.environment) : undefined;
  const { readInventory } = await import("../system-targets.ts");
  const loadBuilder = (): Promise<typeof import("../../bom/build.ts")> => import("../../bom/build.ts");
  // Needed when all is hashed; loading it goes on meanwhile, but not before a target was found. A failure to load
  // is reported where it is needed.
  const early = setImmediate(() => void loadBuilder().catch(() => undefined));
  const { artifacts, graph } = await withProgress(session, (progress) =>
    readInventory(targets, flags.system, {
      ...inventoryOptions(session, flags),
      onProgress: (state) => progress.update(state),
    }),
  ).finally(() => clearImmediate(early));
  const { buildBomPieces } = await loadBuilder();
  const bom = await buildBomPieces(artifacts, {
    specVersion: flags.specVersion,
    toolVersion: version,
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(flags.name === undefined ? {} : { name: flags.name }),
    ...(graph === undefined ? {} : { system: graph }),
  });
  refuseIfStopped(session);
  await log?.record(inventoryEvent(artifacts, bom));
  await deliverInventory(session, sinks, { artifacts, bom, path: flags.output });
  return artifacts.every((artifact) => artifact.complete) ? 0 : 3;
}

function inventoryOptions(session: Session, flags: InventoryFlags): InventoryOptions {
  return {
    algorithms: flags.digest,
    rootFileSystems: flags.rootfs,
    ignore: flags.ignore.map((path) => ({ path, reason: "--ignore" })),
    outputs: flags.output === undefined ? [] : [flags.output, `${flags.output}.sigstore.json`],
    signal: session.signal,
    ...(session.options.jobs === undefined ? {} : { jobs: session.options.jobs }),
    ...(flags.digestCache === undefined ? {} : { digestCacheDirectory: flags.digestCache }),
  };
}
