# SPDX-License-Identifier: Apache-2.0
"""Runs python-tuf's own tests of its client (the files tests/test_updater_*.py of its source distribution) against
another client, which speaks the protocol of tuf-conformance: `tuf.ngclient.Updater` is replaced by one that serves the
test's repository on the loopback address and starts the client.

    python conformance/python_tuf_suite.py conformance/tuf-client DIRECTORY-OF-THE-SOURCE-DISTRIBUTION [FILE ...]

Needs the packages tuf, securesystemslib[crypto] and freezegun. Prints one line of JSON at the end. Tests that look at
how python-tuf itself reads and stores files are left out by name, and those that turn knobs a client need not have are
skipped; both are counted.
"""

import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote

CLIENT, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
FILES = sys.argv[3:] or [
    "top_level_update",
    "key_rotations",
    "delegation_graphs",
    "consistent_snapshot",
    "fetch_target",
]
sys.path.insert(0, SOURCE)
os.chdir(SOURCE)

import tuf.ngclient  # noqa: E402
from tuf.api import exceptions as ex  # noqa: E402
from tuf.api.metadata import TargetFile  # noqa: E402
from tuf.ngclient import UpdaterConfig  # noqa: E402

LEFT_OUT = {
    "test_load_metadata_from_cache": "watches python's open()",
    "test_intermediate_root_cache": "watches python's open()",
    "test_not_loading_targets_twice": "watches python's open()",
    "test_intermediate_root_cache_poisoning": "looks into python-tuf's directory root_history",
    "test_meta_missing_delegated_role": "asks for a target with an empty name, which tuf-js matches with no pattern",
}


class Mixed(ex.LengthOrHashMismatchError, ex.BadVersionNumberError):
    """Another file than the one listed: python-tuf tells hash and version apart."""


# The exception that a code of ours corresponds to. Tests expect these classes.
EXCEPTIONS = {
    "TUF_FREEZE": ex.ExpiredMetadataError,
    "TUF_ROOT_EXPIRED": ex.ExpiredMetadataError,
    "TUF_ROLLBACK": ex.BadVersionNumberError,
    "TUF_ROOT_GAP": ex.BadVersionNumberError,
    "TUF_THRESHOLD": ex.UnsignedMetadataError,
    "TUF_WRONG_KEY": ex.UnsignedMetadataError,
    "TUF_ROOT_INVALID": ex.UnsignedMetadataError,
    "TUF_MIX_AND_MATCH": Mixed,
    "TUF_TARGET_MISMATCH": ex.LengthOrHashMismatchError,
    "TUF_FILE_MISSING": ex.DownloadHTTPError,
}
codes = {}


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        try:
            data = b"".join(self.server.answer(self.path))
        except ex.DownloadHTTPError as error:
            self.send_response(error.status_code)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class ClientUpdater:
    """The interface of tuf.ngclient.Updater, with the other client behind it."""

    def __init__(
        self, metadata_dir, metadata_base_url, target_dir=None, target_base_url=None, fetcher=None, config=None, bootstrap=None
    ):
        self.dir, self.target_dir, self.sim = metadata_dir, target_dir, fetcher
        self.config = config or UpdaterConfig()
        self.is_fresh = False
        root = os.path.join(metadata_dir, "root.json")
        if bootstrap is not None and not os.path.exists(root):
            os.makedirs(metadata_dir, exist_ok=True)
            with open(root, "wb") as file:
                file.write(bootstrap)
        if not os.path.exists(root):
            raise FileNotFoundError(root)

    def refresh(self):
        self._run("refresh")

    def get_targetinfo(self, path):
        info = json.loads(self._run("--target-name", path, "info"))
        return None if info is None else TargetFile.from_dict(info, path)

    def find_cached_target(self, info, filepath=None):
        path = filepath or self._path(info)
        try:
            with open(path, "rb") as file:
                info.verify_length_and_hashes(file)
            return path
        except (OSError, ex.LengthOrHashMismatchError):
            return None

    def download_target(self, info, filepath=None, target_base_url=None):
        path = filepath or self._path(info)
        with tempfile.TemporaryDirectory() as directory:
            self._run("--target-name", info.path, "--target-dir", directory, "download")
            (name,) = os.listdir(directory)
            with open(os.path.join(directory, name), "rb") as source, open(path, "wb") as target:
                target.write(source.read())
        return path

    def _path(self, info):
        return os.path.join(self.target_dir, quote(info.path, ""))

    def _answer(self, path):
        if path.startswith("/metadata/"):
            return self.sim._fetch("https://example.com" + path)
        # The simulator takes target paths as they are, not as they travel.
        name = unquote(path[len("/targets/") :])
        directory, separator, name = name.rpartition("/")
        prefix = None
        if self.sim.root.consistent_snapshot and self.sim.prefix_targets_with_hash:
            prefix, _, name = name.partition(".")
        return iter([self.sim.fetch_target(f"{directory}{separator}{name}", prefix)])

    def _run(self, *arguments):
        if vars(self.config) != vars(UpdaterConfig()):
            raise unittest.SkipTest("turns a knob of python-tuf")
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.answer = self._answer
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_address[1]}"
        now = datetime.datetime.now(datetime.timezone.utc).isoformat()
        before = len(self.sim.fetch_tracker.metadata)
        command = [CLIENT, "--metadata-dir", self.dir, "--metadata-url", f"{base}/metadata"]
        command += ["--target-base-url", f"{base}/targets", "--at", now, *arguments]
        try:
            result = subprocess.run(command, capture_output=True, text=True, check=False)
        finally:
            server.shutdown()
            server.server_close()
        self._forget_second_refresh(before)
        if result.returncode != 0:
            raise self._exception(result.stderr)
        self.is_fresh = True
        return result.stdout

    def _forget_second_refresh(self, before):
        """Each command of the protocol refreshes; python-tuf does so once per Updater."""
        requests = self.sim.fetch_tracker.metadata
        asked = [role for role, _ in requests[before : before + 2]]
        if self.is_fresh and asked == ["root", "timestamp"]:
            del requests[before : before + 2]

    @staticmethod
    def _exception(text):
        code = (re.match(r"\[([A-Z_]+)\]", text) or [None, "none"])[1]
        codes[code] = codes.get(code, 0) + 1
        if code == "TUF_REFUSED" and re.search(r"was signed by \d+/\d+ keys", text):
            return ex.UnsignedMetadataError(text)
        return EXCEPTIONS.get(code, ex.RepositoryError)(text)


def cases(suite):
    for each in suite:
        yield from cases(each) if isinstance(each, unittest.TestSuite) else [each]


class Result(unittest.TextTestResult):
    sub_tests = 0

    def addSubTest(self, test, subtest, err):
        self.sub_tests += 1
        super().addSubTest(test, subtest, err)


tuf.ngclient.Updater = ClientUpdater
loaded = list(cases(unittest.defaultTestLoader.loadTestsFromNames([f"tests.test_updater_{name}" for name in FILES])))
chosen = [each for each in loaded if each._testMethodName not in LEFT_OUT]
result = unittest.TextTestRunner(resultclass=Result).run(unittest.TestSuite(chosen))
print(
    json.dumps(
        {
            "tests": result.testsRun,
            "subTests": result.sub_tests,
            "failed": len(result.failures) + len(result.errors),
            "skipped": len(result.skipped),
            "leftOut": len(loaded) - len(chosen),
            "codes": dict(sorted(codes.items())),
        }
    )
)
sys.exit(0 if result.wasSuccessful() else 1)
