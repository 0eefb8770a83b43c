// SPDX-License-Identifier: Apache-2.0
// Every ceiling, with its unit and its reason. Bounds are checked before memory is taken (CWE-770).

import { custodyLimits } from "./custody-limits.ts";
import { dataLimits } from "./data-limits.ts";
import { imageLimits } from "./image-limits.ts";
import { packageLimits } from "./package-limits.ts";
import { registryLimits } from "./registry-limits.ts";

const MiB = 1024 * 1024;

export const limits = {
  /** Bytes. One bounded read of a format reader: the largest legal header (safetensors) and no more. */
  maxReadBytes: 100_000_000,
  /** Bytes. safetensors' own limit for its JSON header (safetensors 0.4, MAX_HEADER_SIZE). */
  maxSafetensorsHeaderBytes: 100_000_000,
  /** Elements of one safetensors dimension. safetensors' own check against overflow (0.4). */
  maxSafetensorsDimension: 2 ** 48,
  /** Dimensions of one safetensors tensor. NumPy stops at 64. */
  maxSafetensorsRank: 64,
  /** Key-value pairs of one GGUF file. Real ones have below 200. */
  maxGgufKeyValues: 65_536,
  /** Tensors of one GGUF file. The largest mixture-of-experts models have below 20,000. */
  maxGgufTensors: 1_000_000,
  /** Bytes of one GGUF string and elements of one GGUF array: ggml's own limits. */
  maxGgufStringBytes: 2 ** 30,
  maxGgufArrayElements: 2 ** 30,
  /** Bytes of one GGUF key: the specification's limit. */
  maxGgufKeyBytes: 65_535,
  /** Bytes of a GGUF string that is loaded; longer ones are skipped. Chat templates stay below 100 kB. */
  maxGgufLoadedStringBytes: 1024 * 1024,
  /** Elements of a GGUF array that is loaded (tags, languages, datasets); longer ones are skipped. */
  maxGgufLoadedArrayElements: 1024,
  /** Bytes. Writers use 32; a huge alignment would make room for a hidden payload in the padding. */
  maxGgufAlignment: 65_536,
  /** Characters of one metadata value that is kept. */
  maxMetadataCharacters: 4096,
  /** Levels. Configuration files of real models nest below 12; engines overflow their stack near 7,000. */
  maxJsonDepth: 64,
  /** Bytes. Largest JSON side file of real models: tokenizer.json with 260,000 tokens, 35 MB. */
  maxJsonBytes: 128 * MiB,
  /** Bytes. A BOM of 450,000 components; above it V8's string limit is near. */
  maxBomBytes: 480 * MiB,
  /** Levels. Nested components of real BOMs stay below 10; the schema validator recurses. */
  maxBomDepth: 96,
  /** Bytes. A signature bundle over 300,000 files is 30 MB (GHSA-cq38-jh5f-37mq asks for a cap). */
  maxBundleBytes: 64 * MiB,
  /** Bytes. A bundle holds its BOM in base64; above 512 MiB V8 has no strings. */
  maxBomBundleBytes: 384 * MiB,
  /** Certificates in the chain of one signature: a leaf and its issuers. */
  maxChainCertificates: 16,
  /** Members and list entries of a signature bundle: what it holds is base64 text, real ones have below 200. */
  maxBundleValues: 10_000,
  /** Members and list entries of a file of attestations: 1,000 bundles with room to spare. */
  maxAttestationValues: 1_000_000,
  /** Log entries in a bundle, and time stamps: real ones have one or two (GHSA-cq38-jh5f-37mq). */
  maxBundleLogEntries: 32,
  maxBundleTimestamps: 32,
  /** Certificates in a bundle's chain; only the first is used. */
  maxBundleCertificates: 16,
  /** Bytes of one certificate or one time stamp in a bundle; real ones stay below 10 kB. */
  maxBundleDerBytes: 256 * 1024,
  /** Hashes of one inclusion proof: a log of 2^64 entries has no more. */
  maxInclusionProofHashes: 64,
  /** Bytes of a checkpoint; each cosignature of a witness takes some 150. */
  maxCheckpointBytes: 64 * 1024,
  /** Subjects of a statement that a Sigstore bundle holds; releases with hundreds of files are known. */
  maxSigstoreSubjects: 1024,
  /** Resources in a model signature, subjects in a statement: one for each of `maxFiles`. */
  maxStatementEntries: 1_000_000,
  /** Signatures in one JSF object, each of which may cost a pass over the document. Real ones have below 5. */
  maxJsfSigners: 32,
  /** Certificates in one JSF certificatePath; real paths have below 5. */
  maxJsfCertificates: 10,
  /** Characters of one text of a JSF signature: a certificate in base64url. */
  maxJsfTextCharacters: 64 * 1024,
  /** Bytes. A file of attestations: 1,000 bundles with provenance are 20 MB; one may hold a large BOM. */
  maxAttestationFileBytes: 64 * MiB,
  /** Attestations in one file. Registries answer with some 10, bundles of a release hold below 100. */
  maxAttestations: 1000,
  /** Levels of such a file: a bundle nests 8 deep, and lies 4 deep in a registry's answer. */
  maxAttestationFileDepth: 24,
  /** Signatures in one DSSE envelope (GHSA-cq38-jh5f-37mq asks for a cap). Real ones have one to three. */
  maxEnvelopeSignatures: 16,
  /** Keys tried for one signature: each try hashes the payload. A key id means one, its absence may mean several. */
  maxKeysPerSignature: 16,
  /** Claims read from one predicate: test names and vulnerability ids of the largest reports stay below. */
  maxSignedClaims: 10_000,
  /** Bytes. A policy, trust root or waiver file is written by people. */
  maxPolicyBytes: 4 * MiB,
  /** Bytes of one VEX document: the largest that vendors publish for one product are below 10 MB. */
  maxVexBytes: 64 * MiB,
  /** Bytes of one file of an OSV export: the archives of the largest ecosystems stay below 300 MB. */
  maxOsvBytes: 480 * MiB,
  /** Bytes that one archive of an OSV export may unpack to. */
  maxOsvUnpackedBytes: 4096 * MiB,
  /** Bytes of one waiver: a statement of a few lines and its bundle. */
  maxWaiverBytes: MiB,
  /** Waivers of one verification. */
  maxWaivers: 1000,
  /** Days that a waiver may last: half a year, then somebody looks again. */
  maxWaiverDays: 180,
  /** Rules of a policy, those of its packs among them. */
  maxPolicyRules: 1000,
  /** Packs of a policy, all levels together, and levels of packs in packs. */
  maxPacks: 64,
  maxPackDepth: 4,
  /** Certificates in one authority file of a trust root: a CA with its cross-signed generations. */
  maxAuthorityCertificates: 64,
  /** Bytes. A PEM key file. */
  maxKeyBytes: 64 * 1024,
  /** Files in one artifact. 1,000,000 is ten times the largest model repository we know of. */
  maxFiles: 1_000_000,
  /** Directory levels below the target. */
  maxDirectoryDepth: 128,
  /** Bytes of one relative path; PATH_MAX is 4,096 on Linux. */
  maxPathBytes: 4096,
  /** Symbolic links followed for one path; Linux stops at 40. */
  maxSymlinks: 40,
  /** Levels. Protobuf's own recursion limit: deeper messages load nowhere. */
  maxProtobufDepth: 100,
  /** Fields in one file. A graph of 200,000 nodes has some 3 million; ten million take some 10 s on a busy machine. */
  maxProtobufFields: 10_000_000,
  /** Bytes. Protobuf's limit for one message (2 GiB less one byte). */
  maxProtobufBytes: 2_147_483_647,
  /** Bytes of one name in a model (tensor, operator, domain): real ones stay below 300. */
  maxNameBytes: 4096,
  /** Claims of one name (tags, datasets, metrics …) per file; more are cut, with a finding. */
  maxClaimsPerName: 1000,
  /** Findings of one code per reader run; more are counted, not listed. */
  maxFindingsPerCode: 100,
  /** Bytes of README.md: the hub's limit for a model card is 4 MB. */
  maxModelCardBytes: 4 * MiB,

  /** Bytes of one configuration of a deployment; manifests of whole platforms have some hundred kB. */
  maxConfigurationBytes: MiB,
  /** Bytes of a licence text; the longest of the SPDX list have 90 KiB. */
  maxLicenseTextBytes: MiB,
  /** Bytes of a model card's front matter. */
  maxFrontMatterBytes: 256 * 1024,
  /** YAML aliases that may be resolved in one front matter; real cards have none. */
  maxYamlAliases: 50,
  /** Bytes of one manifest of an Ollama model; real ones stay below 2 kB. */
  maxOllamaManifestBytes: MiB,
  /** Bytes of a JSON document about a dataset (Croissant, dataset_infos.json); the largest real ones have some MB. */
  maxDatasetDocumentBytes: 16 * MiB,
  /** Bytes at the start of a JSON file in which it must say what it is: @context of a Croissant file takes 2 kB. */
  maxDatasetSniffBytes: 16 * 1024,
  /** JSON files of one directory that are looked at for a document about a dataset; a corpus may hold a million. */
  maxDatasetDocumentCandidates: 256,
  /** Documents about datasets that are read in one directory; each may take as long as `maxDatasetDocumentBytes` allows. */
  maxDatasetDocuments: 32,
  /** Bytes of a loading script that are searched for a builder class; real ones stay below 100 kB. */
  maxLoadingScriptBytes: MiB,
  /** Directories that are counted as classes of an image or audio folder. ImageNet has 21,841. */
  maxFolderClasses: 100_000,
  /** Levels of nested fields in a dataset's features that are read. Real ones stay below 8. */
  maxFeatureDepth: 16,
  /** Bytes hashed between two turns of the event loop when a manifest's weak digests are compared. */
  maxHashStepBytes: 16 * MiB,
  /** Bytes of one Git LFS pointer (Git LFS specification v1). */
  maxLfsPointerBytes: 1024,
  /** Levels of a model card's front matter; real ones stay below 8. */
  maxYamlDepth: 32,
  /** Values in one front matter. */
  maxYamlNodes: 100_000,
  /** Bytes of a chat template's file; real ones stay below 100 kB. */
  maxChatTemplateBytes: MiB,
  /** Tensors read from one ONNX file. */
  maxOnnxTensors: 1_000_000,
  /** Dimensions of one ONNX tensor: what NumPy can hold. */
  maxOnnxDimensions: 64,
  /** Inputs or outputs of one ONNX graph. */
  maxOnnxValues: 100_000,
  /** Different operators in one ONNX file; the standard has some 200. */
  maxOnnxOperatorKinds: 10_000,
  /** Opcodes run of one file. A pickle of 10 million texts has some 50 million; they take some 5 s. */
  maxPickleOpcodes: 200_000_000,
  /** Values on the stack of one pickle, and marks. A tuple lies there whole; real ones stay below 100,000. */
  maxPickleStack: 4_000_000,
  /** Memo entries of one pickle: each text of a table has one. */
  maxPickleMemo: 20_000_000,
  /** Items of lists and dicts of one pickle that are remembered, for names of tensors; more are passed over. */
  maxPickleKeptValues: 2_000_000,
  /** Different imports of one file. Pickles of whole programs have some hundred. */
  maxPickleImports: 10_000,
  /** Strings of one pickle that are looked into because they start like a file. */
  maxEmbeddedPickles: 1000,
  /** Bytes of a text that is decoded to look into it. */
  maxEmbeddedTextBytes: 16 * MiB,
  /** Bytes of one file of TorchScript that are searched. Those of the largest models stay below 2 MB. */
  maxScriptBytes: 16 * MiB,
  /** Levels of a skops tree: each estimator in an estimator takes some 6. */
  maxSkopsDepth: 512,
  /** Bytes of an array's header: NumPy itself asks for trust above 10,000. */
  maxNpyHeaderBytes: 64 * 1024,
  /** Dimensions of one array: NumPy stops at 64. */
  maxNpyRank: 64,
  /** Tensors of one PyTorch file whose names are followed. */
  maxPytorchTensors: 1_000_000,
  /** Containers inside one another that are looked into: a ZIP in a tar in a gzip; deeper ones hide something. */
  maxContainerDepth: 4,
  /** Bytes unpacked from one file on disk, all levels together. Compressed model archives hold a few GB of weights. */
  maxUnpackedBytes: 8 * 1024 * MiB,
  /** Bytes of one compressed member that is unpacked to memory, for readers that need to jump in it. */
  maxMemberBytes: 256 * MiB,
  /** The same for methods that are unpacked in JavaScript (bzip2, LZMA), at some 20 MB a second. */
  maxSlowMemberBytes: 128 * MiB,
  /** Bytes of a file in an archive that is kept while what lies in it is looked at together, and of all such files. */
  maxKeptContentBytes: 4 * MiB,
  maxKeptContentsBytes: 32 * MiB,
  /** Bytes of files in one archive that are hashed for what a manifest in it says of them; a second or two. */
  maxContentsHashedBytes: 1024 * MiB,
  /** Bytes below which a high ratio is not worth a word: a page of spaces is no bomb. */
  minReportedRatioBytes: 16 * MiB,
  /** Members of one archive. A training set in a tar has 100,000, a Python environment 50,000. */
  maxContainerMembers: 1_000_000,
  /** Bytes that may always be unpacked from one file on disk, and for each of its own bytes (deflate reaches 1032). */
  minUnpackedBytes: 256 * MiB,
  maxPurseRatio: 1000,
  /** Packed bytes that are unpacked of a member over `maxMemberBytes`, to see what it is: deflate makes 66 MiB of them. */
  maxMemberStartBytes: 64 * 1024,
  /** Bytes of the header of a 7z archive, unpacked: some 100 for each file. */
  maxSevenZipHeaderBytes: 64 * MiB,
  /** Bytes of a long name or a pax header in a tar: PATH_MAX is 4,096, extended attributes reach 64 kB each. */
  maxTarExtensionBytes: MiB,
  /** Bytes of zeros behind the end of a tar that are looked through; writers fill up to 10 kB, some to 1 MB. */
  maxTarPaddingBytes: 16 * MiB,
  /** Bytes between the entries of a ZIP that are searched for entries which its directory does not list. */
  maxHiddenSearchBytes: 256 * MiB,
  /** Bytes of stored entries of one ZIP whose checksum is computed: weights are not read, what describes them is. */
  maxZipCheckedBytes: 64 * MiB,
  /** Unpacked bytes for each packed byte from which on an archive is reported as a bomb; text compresses 20:1. */
  maxUnpackRatio: 200,
  /**
   * Bytes that readers may read of a file and its members on the main thread, unpacking nothing: a header, and the last 66 kB, where
   * the end of a ZIP would be. A few milliseconds of work.
   */
  maxMainThreadReadBytes: 160 * 1024,
  /** Bytes of a file that is read whole (a pickle) on the main thread: 5 ms of work, 0.13 s of the worst that was found. */
  maxMainThreadFileBytes: 1024 * 1024,
  /**
   * Bytes of such files that the main thread reads in one run, a second of work; the others go to threads. Less
   * than a third of that would never pay for the start of two threads and for what they compile anew.
   */
  maxMainThreadRunBytes: 256 * 1024 * 1024,
  /** Groups and datasets of one HDF5 file: the weights of a large Keras model are some 10,000. */
  maxHdf5Objects: 500_000,
  /** Structures looked at in one HDF5 file: some 20 for each object; this many take some 10 s. */
  maxHdf5Steps: 20_000_000,
  /** Levels of groups in one HDF5 file. Keras nests a layer in a layer below 20 deep. */
  maxHdf5Depth: 256,
  /** Header messages of one HDF5 object: links and attributes move to a heap long before. */
  maxHdf5Messages: 100_000,
  /** Dimensions of one HDF5 dataset: the library's own limit. */
  maxHdf5Rank: 32,
  /** Bytes of one HDF5 attribute that is read: a Keras configuration of 10,000 layers is 10 MB. */
  maxHdf5TextBytes: 64 * MiB,
  /** Levels of a Keras configuration: each model in a model adds five. */
  maxKerasConfigDepth: 128,
  /** Bytes of a Keras configuration file. */
  maxKerasConfigBytes: 64 * MiB,
  /** Bytes of Python code in a Keras configuration that are searched for names. A function has some hundreds. */
  maxKerasCodeBytes: MiB,
  /** Milliseconds for one file on its reader's thread. The largest legal header (100 MB of JSON) takes 6 s. */
  maxReaderMilliseconds: 60_000,
  /** MiB of one reader's thread, buffers included. The largest legal header needs 1,000. */
  maxReaderMemoryMiB: 2048,
  /** Bytes of an OpenVINO graph. Those of large language models have some 10 MB. */
  maxOpenvinoXmlBytes: 64 * MiB,
  /** Bytes of the JSON text before a TensorRT engine: names of classes, 100 kB at most. */
  maxTensorrtPrefixBytes: 4 * MiB,
  /** Bytes of one metadata entry of a TFLite model; labels stay below 1 MB. */
  maxTfliteMetadataBytes: 4 * MiB,
  /** Levels of an XML document. OpenVINO's nest below 10, with bodies of loops below 20. */
  maxXmlDepth: 64,
  /** Tables of one FlatBuffer. A TFLite model of 50,000 operators has some 300,000. */
  maxFlatbufferTables: 1_000_000,
  /** Different operators in one TensorFlow file; TensorFlow registers some 1,900. */
  maxTensorFlowOperatorKinds: 10_000,
  /** Dimensions of one TensorFlow tensor: the library's own limit is 254. */
  maxTensorFlowDimensions: 254,
  /** Bytes of the JSON of a TensorFlow.js model: graphs of 10,000 nodes have some 5 MB. */
  maxTfjsJsonBytes: 64 * MiB,
  /** Tensors and shards in one TensorFlow.js model. */
  maxTfjsTensors: 1_000_000,
  /** Variables in one TensorFlow checkpoint: the largest models have some 10,000, their optimizers three times that. */
  maxTensorFlowVariables: 1_000_000,
  /** Levels of one CBOR structure. A COSE signature nests 5 deep. */
  maxCborDepth: 16,
  /** Items of one CBOR structure. A COSE signature with its chain has below 50. */
  maxCborItems: 10_000,
  /** Bytes of one Notary Project signature. With a chain of RSA certificates and a time stamp it is 12 kB. */
  maxNotaryEnvelopeBytes: 4 * MiB,
  /** Bytes of one certificate revocation list. That of a busy certificate authority has some MB. */
  maxRevocationListBytes: 16 * MiB,
  /** Certificates on one revocation list: 16 MiB hold no more. */
  maxRevokedCertificates: 1_000_000,
  /** Files of revocation lists given to one verification. */
  maxRevocationLists: 64,
  /** Signatures and attestations looked at for one image: notation's default (CVE-2023-46737, CVE-2023-33957). */
  maxImageSignatures: 100,
  /** Bytes of one signature, attestation or SBOM of an image: the largest attestation is a BOM. */
  maxImageSignatureBytes: 64 * MiB,
  /** Bytes of one DER structure. A time-stamp token with its chain is 10 kB, a certificate 2 kB. */
  maxDerBytes: MiB,
  /** Levels of one DER structure. A time-stamp token nests 17 deep. */
  maxDerDepth: 32,
  /** Elements of one DER list that are held at once. The longest real lists are names of a certificate, some 1,000. */
  maxDerElements: 4096,
  /** Bytes of one DER integer. An RSA modulus of 16,384 bits, OpenSSL's own limit, has 2,049. */
  maxDerIntegerBytes: 4096,
  /** Bytes of one object identifier. Real ones stay below 32. */
  maxDerOidBytes: 256,
  /** Bytes of a file of certificates. The whole public web PKI is half a megabyte. */
  maxCertificateFileBytes: 4 * MiB,
  /** Certificates in a chain, from the leaf to the root. Real chains have 2 to 4; RFC 5280 sets no limit. */
  maxChainLength: 8,
  /** Certificates that a chain may be built from, besides the roots. */
  maxChainCandidates: 64,
  /** Roots that a chain may end in. The web PKI has 150. */
  maxChainRoots: 512,
  /** Issuers tried while a chain is built, and with them signatures verified: certificates that share one name
   * have factorially many orders. */
  maxChainSteps: 256,
  /** Names in one certificate, and in its name constraints. */
  maxCertificateNames: 1024,
  /** Names compared with name constraints while a chain is built: names times constraints of real chains are some 1,000. */
  maxNameComparisons: 1_000_000,
  /** Bytes of one time stamp. With a chain of RSA certificates it is 10 kB. */
  maxTimestampBytes: 256 * 1024,
  /** Certificates embedded in one time stamp. Real ones have up to four. */
  maxTimestampCertificates: 16,
  /** Seconds that a time-stamp authority's clock may be off by its own account. Qualified ones must stay below one. */
  maxTimestampAccuracySeconds: 86_400,
  /** Bytes of one TUF root, and of the other roles: the defaults of tuf-js and python-tuf. */
  maxTufRootBytes: 512_000,
  maxTufTimestampBytes: 16_384,
  maxTufSnapshotBytes: 2_000_000,
  maxTufTargetsBytes: 5_000_000,
  /** Root versions followed in one update: 256 rotations are more than a century of them. */
  maxTufRootRotations: 256,
  /** Levels of TUF metadata. Delegations, the deepest, nest below 8. */
  maxTufDepth: 32,
  /** Files of one trust root. A large organisation has some tens of authorities. */
  maxTrustFiles: 1000,
  /** Bytes of one file of a trust root; certificates and Sigstore roots stay below 1 MB. */
  maxTrustFileBytes: 16 * MiB,
  /** Bytes of all files of a trust root together: they are held in memory until all are checked. */
  maxTrustRootBytes: 64 * MiB,
  /** Milliseconds for one download as a whole, from the first byte sent to the last received. */
  maxFetchMilliseconds: 60_000,
  /** Redirects on one host followed for one download. */
  maxFetchRedirects: 3,
  /** Bytes of a Sigstore trusted root; that of the public good instance has 7 kB. */
  maxSigstoreRootBytes: 4 * MiB,
  /** Trusted roots in one JSONL file: one for each Sigstore instance. */
  maxSigstoreRoots: 64,
  /** Logs, or authorities of one kind, in one trusted root: it lists retired ones too, a few a year. */
  maxSigstoreInstances: 256,
  /** Certificates in the chain of one authority; real ones have three. */
  maxSigstoreChain: 8,
  /** Milliseconds. A person may have to find a smart card and type its PIN. */
  maxSignerCommandMs: 120_000,
  /** Bytes. The largest signature (ML-DSA-65, 3,309 bytes) in base64 with line breaks, and then some. */
  maxSignerAnswerBytes: 16_384,
  /** Bytes. An identity token with all claims of a CI service is 2 kB; HTTP servers take headers of 8 to 64 kB. */
  maxIdentityTokenBytes: 32_768,
  /** Bytes. A signing config names some ten services; in a client trust config a trusted root comes with it. */
  maxSigningConfigBytes: 4 * MiB,
  /** Services of one kind in a signing config: it lists retired ones too. */
  maxSigningServices: 256,
  /** Bytes. What Fulcio answers (a chain) and Rekor (an entry with its proof) stays below 30 kB. */
  maxKeylessAnswerBytes: MiB,
  ...dataLimits,
  ...packageLimits,
  ...registryLimits,
  ...imageLimits,
  ...custodyLimits,
} as const;
