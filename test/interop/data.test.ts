// SPDX-License-Identifier: Apache-2.0
// Data that pyarrow, datasets, fastavro, deltalake, pyiceberg, DVC and Feast write on the spot: rows, columns, types
// and live files that we read equal what these libraries say.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { inventory } from "../../src/inventory.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import type { Fact } from "../../src/model/fact.ts";
import { atLeast } from "../../src/model/severity.ts";
import { missingEnvironment, runPython } from "./python-environments.ts";

const skip = missingEnvironment("data");
const scratch = mkdtempSync(join(tmpdir(), "aibom-data-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs a script that fills a directory, and reads it. */
async function written(name: string, script: string): Promise<{ said: unknown; artifact: Artifact }> {
  const directory = join(scratch, name);
  mkdirSync(directory);
  const said = runPython("data", script, [directory]);
  const [artifact] = await inventory([directory]);
  assert.ok(artifact !== undefined);
  return { said, artifact };
}

function factsOf(artifact: Artifact, path: string, name: string): readonly Fact[] {
  return artifact.facts.filter((fact) => fact.name === name && fact.source.path === path);
}

function factValue(artifact: Artifact, path: string, name: string): unknown {
  return factsOf(artifact, path, name)[0]?.value;
}

/** The values of `metadata` facts with one key. */
function metadataOf(artifact: Artifact, key: string): readonly unknown[] {
  return artifact.facts
    .map(({ name, value }) => ({ name, value: value as { key?: string; value?: unknown } }))
    .filter((fact) => fact.name === "metadata" && fact.value.key === key)
    .map(({ value }) => value.value);
}

interface Said {
  readonly rows: number;
  readonly columns: Readonly<Record<string, string>>;
}

test("tables of every type that pyarrow, fastavro and datasets write", { skip }, async () => {
  const { said, artifact } = await written("tables", tablesScript);
  const files = said as Record<string, Said>;
  assert.deepEqual(artifact.findings, []);
  assert.equal(artifact.complete, true);
  for (const [path, { rows, columns }] of Object.entries(files)) {
    assert.equal(factValue(artifact, path, "rows.count"), rows, path);
    assert.equal(factValue(artifact, path, "columns.count"), Object.keys(columns).length, path);
    const schema = factValue(artifact, path, "schema") as Record<string, string>;
    const isTyped = Object.values(columns).some((type) => type !== "");
    assert.deepEqual(isTyped ? schema : Object.keys(schema), isTyped ? columns : Object.keys(columns), path);
  }
});

const tablesScript = `
import sys, json, datetime, decimal
import pyarrow as pa, pyarrow.parquet as pq, pyarrow.csv as pc, pyarrow.feather as pf
import fastavro, datasets
d = sys.argv[1]
n = 25
t = pa.table({
  "i8": pa.array(range(n), pa.int8()), "u64": pa.array(range(n), pa.uint64()),
  "f16": pa.array([1.0] * n, pa.float32()).cast(pa.float16()), "f64": pa.array([0.5] * n),
  "s": pa.array(["a,\\n\\"b"] * n), "ls": pa.array([["x"]] * n, pa.list_(pa.string())),
  "st": pa.array([{"a": 1, "b": "c"}] * n, pa.struct([("a", pa.int64()), ("b", pa.string())])),
  "ts": pa.array([datetime.datetime(2026, 1, 1)] * n, pa.timestamp("us", tz="UTC")),
  "d32": pa.array([datetime.date(2026, 1, 1)] * n), "t64": pa.array([1] * n, pa.time64("us")),
  "dec": pa.array([decimal.Decimal("1.23")] * n, pa.decimal128(10, 2)),
  "dict": pa.array(["x"] * n).dictionary_encode(), "bin": pa.array([b"x"] * n),
  "fsb": pa.array([b"xy"] * n, pa.binary(2)), "b": pa.array([True] * n),
  "map": pa.array([[("k", 1)]] * n, pa.map_(pa.string(), pa.int32())),
  "fsl": pa.array([[1, 2]] * n, pa.list_(pa.int32(), 2)), "ll": pa.array([[1]] * n, pa.large_list(pa.int64())),
  "lstr": pa.array(["x"] * n, pa.large_string()), "dur": pa.array([1] * n, pa.duration("ms")),
  "nul": pa.nulls(n), "sv": pa.array(["x"] * n, pa.string_view()),
})
types = lambda t: {f.name: str(f.type) for f in t.schema}
said = {}
with pa.OSFile(d + "/a.arrow", "wb") as f:
    with pa.ipc.new_file(f, t.schema) as w:
        w.write_table(t, max_chunksize=10)
said["a.arrow"] = {"rows": n, "columns": types(t)}
with pa.OSFile(d + "/s.arrows", "wb") as f:
    with pa.ipc.new_stream(f, t.schema) as w:
        w.write_table(t, max_chunksize=10)
said["s.arrows"] = {"rows": n, "columns": types(t)}
pf.write_feather(t, d + "/f.feather", compression="zstd")
said["f.feather"] = {"rows": n, "columns": types(t)}
for codec in ["none", "snappy", "zstd", "gzip"]:
    pq.write_table(t, d + f"/{codec}.parquet", compression=codec, row_group_size=7)
    m = pq.read_metadata(d + f"/{codec}.parquet")
    said[f"{codec}.parquet"] = {"rows": m.num_rows, "columns": {c: "" for c in pq.read_schema(d + f"/{codec}.parquet").names}}
plain = t.select(["i8", "u64", "f64", "s", "ts", "d32", "t64", "b", "bin", "fsb"])
pq.write_table(plain, d + "/plain.parquet")
said["plain.parquet"] = {"rows": n, "columns": types(plain)}
simple = t.select(["i8", "s", "f64", "b"])
pc.write_csv(simple, d + "/t.csv")
said["t.csv"] = {"rows": n, "columns": {c: "" for c in simple.column_names}}
pc.write_csv(simple, d + "/t.tsv", pc.WriteOptions(delimiter="\\t"))
said["t.tsv"] = {"rows": n, "columns": {c: "" for c in simple.column_names}}
ds = datasets.Dataset.from_list([{"text": "é%d" % i, "label": i % 2, "tags": ["a"]} for i in range(1234)])
ds.to_json(d + "/t.jsonl")
said["t.jsonl"] = {"rows": len(ds), "columns": {c: "" for c in ds.column_names}}
ds.to_parquet(d + "/hf.parquet")
said["hf.parquet"] = {"rows": len(ds), "columns": {c: "" for c in ds.column_names}}
ds.to_csv(d + "/hf.csv")
said["hf.csv"] = {"rows": len(ds), "columns": {c: "" for c in ds.column_names}}
for codec in ["null", "deflate"]:
    schema = {"type": "record", "name": "row", "fields": [{"name": "id", "type": "long"}, {"name": "name", "type": ["null", "string"]}]}
    with open(d + f"/{codec}.avro", "wb") as f:
        fastavro.writer(f, fastavro.parse_schema(schema), ({"id": 2**60 + i, "name": None} for i in range(5000)), codec=codec, sync_interval=4000)
    said[f"{codec}.avro"] = {"rows": 5000, "columns": {"id": "long", "name": "union<null, string>"}}
print(json.dumps(said))
`;

test("a Delta table with deletes, a checkpoint and a cleaned log", { skip }, async () => {
  const { said, artifact } = await written("delta", deltaScript);
  const table = said as Said & { version: number; files: string[]; id: string };
  const newest = `_delta_log/${String(table.version).padStart(20, "0")}.json`;
  assert.equal(artifact.complete, true);
  assert.equal(artifact.kind, "dataset");
  assert.deepEqual(factValue(artifact, newest, "revision"), { system: "delta", id: String(table.version) });
  assert.deepEqual(factValue(artifact, newest, "schema"), table.columns);
  assert.deepEqual(metadataOf(artifact, "delta.table_id"), [table.id]);
  assert.deepEqual(metadataOf(artifact, "delta.live_files"), [table.files.length]);
  const rows = factsOf(artifact, newest, "rows.count").map(({ grade, value }) => [grade, value]);
  assert.deepEqual(rows, [["computed", table.rows]]);
  const notLive = new Set(metadataOf(artifact, "delta.not_live"));
  assert.ok(notLive.size > 0 && table.files.every((path) => !notLive.has(path)));
  const codes = artifact.findings.map(({ code }) => code);
  assert.deepEqual(codes, ["DELTA_FILES_NOT_LIVE"]);
});

const deltaScript = `
import sys, json, os, pyarrow as pa
from deltalake import write_deltalake, DeltaTable
d = sys.argv[1]
for i in range(4):
    t = pa.table({"id": pa.array(range(i * 10, i * 10 + 10), pa.int64()), "part": ["a b"] * 5 + ["ü"] * 5})
    write_deltalake(d, t, mode="append", partition_by=["part"])
DeltaTable(d).delete("id < 5")
DeltaTable(d).create_checkpoint()
write_deltalake(d, pa.table({"id": pa.array([100], pa.int64()), "part": ["c"]}), mode="append")
dt = DeltaTable(d)
checkpoint = json.load(open(d + "/_delta_log/_last_checkpoint"))["version"]
for v in range(checkpoint):
    os.remove(d + "/_delta_log/%020d.json" % v)
dt = DeltaTable(d)
types = {f.name: f.type.type for f in dt.schema().fields}
print(json.dumps({"version": dt.version(), "id": str(dt.metadata().id), "columns": types,
  "files": [os.path.relpath(p.replace("file://", ""), d) for p in dt.file_uris()],
  "rows": dt.to_pyarrow_table().num_rows}))
`;

test("an Iceberg table: the newest snapshot, its files and its rows", { skip }, async () => {
  const { said, artifact } = await written("iceberg", icebergScript);
  const table = said as Said & { snapshot: string; uuid: string; files: number; metadata: string };
  assert.deepEqual(artifact.findings, []);
  assert.deepEqual(factValue(artifact, table.metadata, "revision"), {
    system: "iceberg",
    id: table.snapshot,
  });
  assert.deepEqual(metadataOf(artifact, "iceberg.table_uuid"), [table.uuid]);
  assert.deepEqual(metadataOf(artifact, "iceberg.live_files"), [table.files]);
  assert.deepEqual(factValue(artifact, table.metadata, "schema"), table.columns);
  const rows = factsOf(artifact, table.metadata, "rows.count").map(({ grade, value }) => [grade, value]);
  assert.deepEqual(rows.sort(), [
    ["claim", table.rows],
    ["computed", table.rows],
  ]);
});

const icebergScript = `
import sys, json, os, pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog
d = sys.argv[1]
os.makedirs(d + "-catalog", exist_ok=True)
c = SqlCatalog("x", uri="sqlite:///" + d + "-catalog/c.db", warehouse="file://" + d)
c.create_namespace("ns")
t = pa.table({"id": pa.array(range(10), pa.int64()), "text": ["x"] * 10})
table = c.create_table("ns.t", schema=t.schema)
table.append(t); table.append(t); table.delete("id < 3"); table.append(t)
s = table.current_snapshot()
files = list(table.scan().plan_files())
types = {f.name: str(f.field_type) for f in table.schema().fields}
print(json.dumps({"snapshot": str(s.snapshot_id), "uuid": str(table.metadata.table_uuid), "columns": types,
  "files": len(files), "rows": table.scan().to_arrow().num_rows,
  "metadata": os.path.relpath(table.metadata_location.replace("file://", ""), d)}))
`;

test("a DVC repository: outputs, directories, stages, the cache", { skip }, async () => {
  const { said, artifact } = await written("dvc", dvcScript);
  const { digests } = said as { digests: Record<string, string> };
  const expected = artifact.facts.filter(({ name }) => name === "file.expected").map(({ value }) => value);
  for (const [path, md5] of Object.entries(digests)) {
    assert.ok(
      expected.some((each) => {
        const { path: at, md5: digest } = each as { path: string; md5?: string };
        return at === path && digest === md5;
      }),
      `${path} ${md5}`,
    );
  }
  assert.deepEqual(
    artifact.findings.filter(({ severity }) => severity !== "info"),
    [],
  );
  const edges = artifact.facts.filter(({ name }) => name === "derived_from").map(({ value }) => value);
  assert.deepEqual(edges, [{ name: "data.csv", output: "count.txt" }]);
  assert.deepEqual(metadataOf(artifact, "dvc.cmd"), ["count: wc -l < data.csv > count.txt"]);
});

const dvcScript = `
import sys, json, os, subprocess, hashlib
d = sys.argv[1]
os.chdir(d)
run = lambda *a: subprocess.run([sys.executable, "-m", "dvc", *a], check=True, stdout=subprocess.DEVNULL,
  env={**os.environ, "DVC_NO_ANALYTICS": "1", "DVC_SITE_CACHE_DIR": d + "-site"})
run("init", "--no-scm", "-q")
run("config", "core.site_cache_dir", d + "-site")
open("data.csv", "w").write("a,b\\r\\n1,2\\r\\n")
os.makedirs("images/sub")
open("images/1.txt", "w").write("one")
open("images/sub/2.txt", "w").write("two")
run("add", "data.csv", "images", "-q")
run("stage", "add", "-q", "-n", "count", "-d", "data.csv", "-o", "count.txt", "wc -l < data.csv > count.txt")
run("repro", "-q")
names = ["data.csv", "images/1.txt", "images/sub/2.txt", "count.txt"]
print(json.dumps({"digests": {n: hashlib.md5(open(n, "rb").read()).hexdigest() for n in names}}))
`;

test("shards that webdataset writes", { skip }, async () => {
  const { said, artifact } = await written("webdataset", webdatasetScript);
  for (const [path, { rows, columns }] of Object.entries(said as Record<string, Said>)) {
    assert.equal(artifact.files.find((file) => file.path === path)?.format, "webdataset");
    assert.equal(factValue(artifact, path, "rows.count"), rows);
    assert.deepEqual(Object.keys(factValue(artifact, path, "schema") as object).sort(), Object.keys(columns));
  }
});

const webdatasetScript = `
import sys, json, webdataset as wds
d = sys.argv[1]
said = {}
with wds.ShardWriter("file:" + d + "/train-%06d.tar", maxcount=40) as sink:
    for i in range(100):
        sink.write({"__key__": "dir/s%03d" % i, "cls": i % 10, "json": {"a": i}, "seg.png": b"\\x89PNG"})
for n in range(3):
    name = "train-%06d.tar" % n
    keys = [s["__key__"] for s in wds.WebDataset(d + "/" + name, shardshuffle=False)]
    said[name] = {"rows": len(keys), "columns": {"cls": "", "json": "", "seg.png": ""}}
print(json.dumps(said))
`;

test("a Feast registry: views, sources, services and the pickled function", { skip }, async () => {
  const { said, artifact } = await written("feast", feastScript);
  const registry = said as { views: string[]; sources: string[]; services: string[]; onDemand: string[] };
  const path = "registry.db";
  assert.equal(artifact.files.find((file) => file.path === path)?.format, "feast-registry");
  const names = (fact: string): string[] =>
    factsOf(artifact, path, fact)
      .map(({ value }) => (value as { name: string }).name)
      .sort();
  assert.deepEqual(names("feature_view"), [...registry.views, ...registry.onDemand].sort());
  assert.deepEqual(names("data_source"), registry.sources);
  const services = metadataOf(artifact, "feast.feature_service").map((text) => String(text).split(":")[0]);
  assert.deepEqual(services.sort(), registry.services);
  assert.ok(artifact.findings.every(({ severity }) => !atLeast(severity, "high")));
  // Once in the view, and once in the history of its versions.
  const pickled = artifact.findings.filter(({ code }) => code === "FEAST_PICKLED_FUNCTION");
  assert.deepEqual(
    pickled.map(({ location }) => location.member),
    ["8[0].1.10.1.2", "18[0].1.5.1.10.1.2"],
  );
});

const feastScript = `
import sys, json, os, warnings
warnings.filterwarnings("ignore")
d = sys.argv[1]
os.chdir(d)
import pandas as pd
from datetime import timedelta
from feast import FeatureStore, RepoConfig, Entity, FeatureView, FeatureService, Field, FileSource, RequestSource
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Float32, Int64
pd.DataFrame({"driver": [1], "rate": [0.5], "event_timestamp": pd.to_datetime(["2026-01-01"], utc=True)}).to_parquet("stats.parquet")
store = FeatureStore(config=RepoConfig(project="demo", provider="local", registry=d + "/registry.db",
  online_store={"type": "sqlite", "path": d + "-online.db"}, entity_key_serialization_version=3))
driver = Entity(name="driver", join_keys=["driver"])
source = FileSource(name="stats", path="stats.parquet", timestamp_field="event_timestamp")
view = FeatureView(name="driver_stats", entities=[driver], ttl=timedelta(days=1), schema=[Field(name="rate", dtype=Float32)], source=source)
ask = RequestSource(name="ask", schema=[Field(name="x", dtype=Int64)])
# dill wants the source of the function, which a script on the standard input does not have.
os.makedirs(d + "-code")
open(d + "-code/functions.py", "w").write("""import pandas as pd
def twice(inputs: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"y": inputs["x"] * 2})
""")
sys.path.insert(0, d + "-code")
import functions
twice = on_demand_feature_view(sources=[view, ask], schema=[Field(name="y", dtype=Int64)], mode="pandas")(functions.twice)
service = FeatureService(name="svc", features=[view, twice])
store.apply([driver, view, twice, service])
print(json.dumps({"views": [v.name for v in store.list_feature_views()], "services": [s.name for s in store.list_feature_services()],
  "sources": sorted(s.name for s in store.list_data_sources()), "onDemand": [v.name for v in store.list_on_demand_feature_views()]}))
`;
