#!/usr/bin/env python3
"""What a sync costs beside judging the same chain: sync_cost.py CAIRN MAKE_CHAIN [--payments N] [--json].

Makes a chain of 100,000 payments on `dev` in blocks as full as they may be, and a node that serves it. Then,
in turn, RUNS times: a fresh node syncs it over loopback (from its start until `wait height` answers), a
fresh data directory takes it by `chain import`, and `chain verify --full` judges it. The figure is the speed
of the sync by that of the verification in the same run; all three take all cores for signatures. Beside it:
the CPU both sides spent, the memory of the syncing node at every tenth of the way, and the bytes of its log
and index by those of the chain. Nothing passes or fails."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "functional"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
import harness  # noqa: E402  (found by the lines above)
from process_cost import cpu_seconds, own_mib, rss_mib  # noqa: E402

FULL_BLOCK = 6_200  # payments of 168 bytes in a block of 1 MiB


class Bench:
    def __init__(self, cairn, work):
        self.cairn, self.work = cairn, work
        self.common = ["--json", "--network", "dev", "--no-discovery", "--datadir"]

    def directory(self, name):
        path = os.path.join(self.work, name)
        shutil.rmtree(path, ignore_errors=True)
        return path

    def start(self, directory, *options):
        return harness.Process([*self.common, directory, *options], dict(os.environ), self.work)

    def run(self, directory, *command):
        """Seconds, CPU seconds, and what it said."""
        before = os.times()
        start = time.perf_counter()
        made = subprocess.run([self.cairn, *self.common, directory, *command], capture_output=True, text=True,
                              check=True, stdin=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        after = os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        return seconds, cpu, json.loads(made.stdout.splitlines()[-1])["data"]

    def sync(self, server, port, height):
        directory = self.directory("syncing")
        served = cpu_seconds(server.pid)
        start = time.perf_counter()
        memory, with_files = [], []
        with self.start(directory, "--connect", f"127.0.0.1:{port}") as node:
            for tenth in range(1, 11):
                node.ask(f"wait height >= {max(1, height * tenth // 10)}", deadline_s=600)
                memory.append(round(own_mib(node.pid), 1))
                with_files.append(round(rss_mib(node.pid), 1))
            seconds = time.perf_counter() - start
            cpu = cpu_seconds(node.pid)
            tip = node.ask("chain status")["data"]["tip"]
            closing = time.perf_counter()
            node.close_input()
            node.wait()
            closing = time.perf_counter() - closing
        return {"seconds": seconds, "cpu": cpu, "serving_cpu": cpu_seconds(server.pid) - served,
                "disk": bytes_on_disk(directory), "own_mib": memory, "rss_mib": with_files, "tip": tip,
                "closing": closing}


def bytes_on_disk(directory):
    return sum(f.stat().st_size for part in ("blocks", "index") for f in Path(directory, part).iterdir())


def measure(bench, export, payments, runs):
    served = bench.directory("served")
    bench.run(served, "chain", "import", export)
    out = []
    with bench.start(served, "--listen", "auto") as server:
        port = server.ask("node status")["data"]["listen"].rsplit(":", 1)[1]
        status = server.ask("chain status")["data"]
        copy = bench.directory("copy")
        shutil.copytree(served, copy, ignore=shutil.ignore_patterns("lock"))
        for _ in range(runs):
            synced = bench.sync(server, port, status["height"])
            if synced["tip"] != status["tip"]:
                raise SystemExit("the sync did not reach the tip that is served")
            imported, import_cpu, _ = bench.run(bench.directory("imported"), "chain", "import", export)
            verified, verify_cpu, verdict = bench.run(copy, "chain", "verify", "--full")
            out.append({"payments": payments, "blocks": status["height"], "sync": synced,
                        "disk_ratio": synced["disk"] / os.path.getsize(export),
                        "import_seconds": imported, "import_cpu": import_cpu, "verify_seconds": verified,
                        "verify_cpu": verify_cpu, "verify_own_seconds": verdict["seconds"],
                        "ratio": verified / synced["seconds"], "import_ratio": verified / imported})
        server.close_input()
        server.wait()
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cairn", type=os.path.abspath)
    parser.add_argument("make_chain", type=os.path.abspath)
    parser.add_argument("--payments", type=int, default=100_000)
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--per-block", type=int, default=FULL_BLOCK)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="one object in place of the table")
    given = parser.parse_args()
    os.nice(10)  # as a node's workers: on a busy machine nobody is to be at an advantage
    harness._binary = given.cairn  # pylint: disable=protected-access
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as work:
        export = os.path.join(work, "export.chain")
        subprocess.run([given.make_chain, str(given.payments), str(given.accounts), "1", export, "uniform",
                        str(given.per_block)], check=True)
        runs = measure(Bench(given.cairn, work), export, given.payments, given.runs)
    middle = {name: statistics.median(run[name] for run in runs) for name in ("ratio", "import_ratio")}
    if given.json:
        print(json.dumps({"runs": runs, "median": middle}, indent=1))
        return
    print(f"{'':14}{'seconds':>9}{'a second':>10}{'CPU s':>8}{'/ verify':>10}")
    for run in runs:
        for name, seconds, cpu in (("sync", run["sync"]["seconds"], run["sync"]["cpu"]),
                                   ("chain import", run["import_seconds"], run["import_cpu"]),
                                   ("verify --full", run["verify_seconds"], run["verify_cpu"])):
            print(f"{name:14}{seconds:9.2f}{given.payments / seconds:10.0f}{cpu:8.2f}"
                  f"{run['verify_seconds'] / seconds:10.2f}")
        print(f"  serving: {run['sync']['serving_cpu']:.2f} s of CPU; memory on the way "
              f"{run['sync']['own_mib']} MiB, with mapped files {run['sync']['rss_mib']}; "
              f"closing {run['sync']['closing']:.2f} s; on disk {run['disk_ratio']:.2f} of the chain's bytes")
    print(f"median: sync {middle['ratio']:.2f}, import {middle['import_ratio']:.2f} of verify --full")


if __name__ == "__main__":
    main()
