// SPDX-License-Identifier: Apache-2.0
// A cache that huggingface_hub itself writes, downloading from a hub that the script serves on this machine: what
// we read equals what the library says about its cache.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { inventory } from "../../src/inventory.ts";
import { missingEnvironment, runPython } from "./python-environments.ts";

const skip = missingEnvironment("hub");
const scratch = mkdtempSync(join(tmpdir(), "aibom-hub-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** Serves three files of one commit as the hub does, downloads them, and tells what the library finds in its cache. */
const script = `
import hashlib, http.server, json, os, struct, sys, threading
header = b'{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}'
files = {
  "config.json": b'{"model_type": "llama", "architectures": ["LlamaForCausalLM"]}',
  "README.md": b"---\\nlicense: mit\\n---\\n",
  "sub/model.safetensors": struct.pack("<Q", len(header)) + header + bytes(16),
}
sha256 = lambda b: hashlib.sha256(b).hexdigest()
git = lambda b: hashlib.sha1(b"blob %d\\0" % len(b) + b).hexdigest()
is_lfs = lambda path: path.endswith(".safetensors")

class Hub(http.server.BaseHTTPRequestHandler):
  def log_message(self, *args): pass
  def do_HEAD(self): self.answer(False)
  def do_GET(self): self.answer(True)
  def answer(self, with_body):
    path = self.path.split("?")[0]
    commit = ("b" if "/older" in path or "/" + "b" * 40 in path else "a") * 40
    headers = {"X-Repo-Commit": commit}
    if "/tree/" in path:
      body = json.dumps([{"type": "file", "path": p, "size": len(b), "oid": "0" * 40 if is_lfs(p) else git(b),
        **({"lfs": {"oid": sha256(b), "size": len(b), "pointerSize": 130}} if is_lfs(p) else {})} for p, b in files.items()]).encode()
    elif path.startswith("/api/"):
      body = json.dumps({"id": "org/tiny", "sha": commit, "siblings": [{"rfilename": p} for p in files]}).encode()
    else:
      body = files[path.split("/resolve/")[1].split("/", 1)[1]]
      name = sha256(body) if is_lfs(path) else git(body)
      headers["ETag"] = '"%s"' % name
      if is_lfs(path): headers["X-Linked-Etag"] = '"%s"' % name; headers["X-Linked-Size"] = str(len(body))
    self.send_response(200)
    for key, value in {**headers, "Content-Length": str(len(body))}.items(): self.send_header(key, value)
    self.end_headers()
    if with_body: self.wfile.write(body)

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ.update(HF_ENDPOINT="http://127.0.0.1:%d" % server.server_port, HF_HUB_DISABLE_XET="1",
  HF_HUB_DISABLE_TELEMETRY="1", HF_HUB_CACHE=sys.argv[1])
from huggingface_hub import scan_cache_dir, snapshot_download
snapshot_download("org/tiny")
snapshot_download("org/tiny", revision="older", allow_patterns=["*.json"])
print(json.dumps([{"repo": repo.repo_id, "commit": revision.commit_hash, "refs": sorted(revision.refs),
  "files": sorted(str(f.file_path.relative_to(revision.snapshot_path)) for f in revision.files)}
  for repo in scan_cache_dir(sys.argv[1]).repos for revision in repo.revisions]))
`;

test("a cache of huggingface_hub", { skip }, async () => {
  const hub = join(scratch, "hub");
  const said = runPython("hub", script, [hub]) as { repo: string; commit: string; files: string[] }[];
  const [artifact] = await inventory([hub]);
  assert.ok(artifact !== undefined);
  const parts = (artifact.parts ?? []).map(({ name, root, files, package: known }) => ({
    repo: name,
    commit: known?.version,
    files: files.map(({ path }) => path.slice(root.length + 1)).toSorted(),
  }));
  const byCommit = (a: { commit?: string | undefined }, b: { commit?: string | undefined }): number =>
    (a.commit ?? "") < (b.commit ?? "") ? -1 : 1;
  assert.deepEqual(
    parts.toSorted(byCommit),
    said.map(({ repo, commit, files }) => ({ repo, commit, files })).toSorted(byCommit),
  );
  assert.equal(parts.length, 2);
  assert.equal(artifact.complete, true);
  // The second download took one of the commit's files.
  assert.deepEqual(artifact.findings.map(({ code }) => code).toSorted(), [
    "CACHE_SNAPSHOT_PARTIAL",
    "MANIFEST_ONLY_WEAK",
  ]);
});
