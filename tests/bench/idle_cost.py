#!/usr/bin/env python3
"""What an idle node with peers costs, and how fast it ends: idle_cost.py CAIRN [--peers 8] [--seconds 20].

One node of `dev` that 8 others have called, nothing happens. Reported: CPU and memory of the one, against
the same without peers; then how long it takes from the end of its input, or from SIGTERM, to its own end
while the peers are connected. Nothing passes or fails."""

import argparse
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "functional"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
import harness  # noqa: E402
from process_cost import thread_seconds, rss_mib  # noqa: E402


def start(work, name, *options):
    arguments = ["--json", "--network", "dev", "--no-discovery", "--datadir", os.path.join(work, name),
                 *options]
    return harness.Process(arguments, dict(os.environ), work)


def idle(pid, seconds):
    """CPU milliseconds a second, and MiB."""
    before, began = thread_seconds(pid), time.monotonic()
    time.sleep(seconds)
    return 1_000 * (thread_seconds(pid) - before) / (time.monotonic() - began), rss_mib(pid)


def closing_seconds(node, how):
    began = time.monotonic()
    how(node)
    code = node.wait()
    return time.monotonic() - began, code


def round_of(work, count, seconds, how):
    with start(work, "one", "--listen", "auto") as node:
        node.ask("wallet new one --no-password")
        node.ask("mine 1")
        alone = idle(node.pid, seconds)
        at = node.ask("node status")["data"]["listen"]
        others = [start(work, f"other{i}", "--connect", at) for i in range(count)]
        for other in others:
            other.ask("wait height >= 1")
        node.ask(f"wait peers >= {count}")
        time.sleep(1)  # what the handshakes brought is no part of idling
        among = idle(node.pid, seconds)
        closing, code = closing_seconds(node, how)
        for other in others:
            with other:
                other.close_input()
                other.wait()
    return alone, among, closing, code


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cairn", type=os.path.abspath)
    parser.add_argument("--peers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args()
    harness._binary = given.cairn  # pylint: disable=protected-access
    ends = {"end of input": lambda node: node.close_input(),
            "SIGTERM": lambda node: node.kill(signal.SIGTERM)}
    for name, how in ends.items():
        with tempfile.TemporaryDirectory(prefix="cairn-idle-", dir="/tmp") as work:
            alone, among, closing, code = round_of(work, given.peers, given.seconds, how)
        print(f"alone: {alone[0]:.2f} ms of CPU a second, {alone[1]:.1f} MiB; with {given.peers} peers: "
              f"{among[0]:.2f} ms, {among[1]:.1f} MiB; {name}: gone after {closing:.3f} s, exit code {code}")


if __name__ == "__main__":
    main()
