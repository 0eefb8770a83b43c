// SPDX-License-Identifier: Apache-2.0
// TensorFlow operators that do more than compute. TensorFlow runs any registered operator that a graph names ("models
// are programs", its SECURITY.md): some reach files, the network or Python of the process. Saving and restoring
// variables is left out: every SavedModel carries a saver.

import { isStockOperator } from "./stock-operators.ts";

/** What an operator can reach. */
export type Reach = "python" | "write" | "read" | "network" | "library" | "custom";

const reaches: Readonly<Record<Exclude<Reach, "library" | "custom">, string>> = {
  python: "PyFunc PyFuncStateless EagerPyFunc",
  write: `
    WriteFile SaveDataset DatasetToTFRecord CreateSummaryFileWriter CreateSummaryDbWriter DumpTensor
    SnapshotDataset SnapshotNestedDatasetReader Snapshot DebugIdentity DebugNanCount DebugNumericSummary`,
  read: `
    ReadFile MatchingFiles MatchingFilesDataset ImmutableConst LoadDataset WholeFileReader LMDBReader LMDBDataset
    LoadAndRemapMatrix SqlDataset`,
  network:
    "RpcServer RpcServerStart RpcClient RpcCall FileSystemSetConfiguration RegisterDataset DataServiceDataset",
};

/** Operators of libraries that come from TensorFlow's own makers; a model that uses them needs the library. */
const libraries: readonly (readonly [library: string, names: RegExp])[] = [
  [
    "tensorflow-text",
    /^(?:TFText|Sentencepiece|WordpieceTokenize|FastWordpiece|FastBert|FastSentencepiece|RegexSplit|CaseFoldUTF8|NormalizeUTF8|WhitespaceTokenize|UnicodeScriptTokenize|SentenceFragments|SplitMergeTokenize|ConstrainedSequence|MaxSpanningTree|NgramsStringJoin|RougeL|TokenizerFromLogits|BoiseTags|Utf8BinarizeOp|ByteSplitter|PhraseTokenize)/u,
  ],
  ["tensorflow-decision-forests", /^SimpleML/u],
  ["TensorFlow Lite", /^TFLite_Detection_PostProcess$/u],
  [
    "TensorFlow with TensorRT",
    /^(?:TRTEngineOp|CreateTRTResourceHandle|InitializeTRTResource|GetCalibrationDataOp|SerializeTRTResource)$/u,
  ],
  ["tensorflow-addons", /^Addons>/u],
  ["tensorflow-io", /^IO>/u],
  ["struct2tensor", /^(?:DecodeProtoSparse|EquiJoinIndices|RunLengthBefore|CreateRaggedFromSparse)/u],
];

const reachByOperator = new Map<string, Reach>(
  Object.entries(reaches).flatMap(([reach, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, reach as Reach] as const),
  ),
);

/** What an operator reaches besides its inputs; undefined for those that only compute. */
export function reachOf(operator: string): Reach | undefined {
  const plain = operator.replace(/V\d{1,2}$/u, "").replace(/^Experimental/u, "");
  const reach = reachByOperator.get(plain);
  if (reach !== undefined || isStockOperator(operator)) {
    return reach;
  }
  return libraryOf(operator) === undefined ? "custom" : "library";
}

/** The known library that registers an operator. */
export function libraryOf(operator: string): string | undefined {
  return libraries.find(([, names]) => names.test(operator))?.[0];
}

/** Operators that open a file whose name is a value in the graph. */
export function opensFiles(operator: string): boolean {
  return /^(?:ReadFile|WriteFile|MatchingFiles|SaveV?2?$|SaveSlices|RestoreV?2?$|RestoreSlice|WholeFileReader|ImmutableConst|TextLine|TFRecord|FixedLengthRecord|InitializeTableFromTextFile|LoadDataset|SaveDataset|MergeV2Checkpoints)/u.test(
    operator,
  );
}

/**
 * A path of the host that no model has business with: accounts, keys, start-up files, what the kernel shows. Written in
 * a graph that opens files it is what the graph is for. Home directories are not in it: graphs keep the places where
 * their author's vocabularies were.
 */
export function isHostPath(text: string): boolean {
  return (
    /^(?:file:\/\/)?\/(?:etc|proc|sys|boot|run\/secrets|var\/run\/secrets|var\/spool\/cron)\//u.test(text) ||
    /(?:^|[/\\])(?:\.ssh|\.aws|\.gnupg|\.kube|\.docker|\.netrc|\.bashrc|\.profile|\.bash_profile|\.zshrc|\.git-credentials|authorized_keys|id_rsa|id_ed25519|crontab|autostart|Startup)(?:[/\\]|$)/u.test(
      text,
    ) ||
    /^[A-Za-z]:\\Windows\\/u.test(text)
  );
}
