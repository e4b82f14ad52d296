#!/usr/bin/env python3
"""How soon Ctrl-C gives the prompt back: interrupt_cost.py CAIRN [RUNS].

Long work of each kind at the prompt, in a pseudo-terminal, on a chain that was mined for a few seconds
before; from the key until the prompt stands again. Beside it, as the floor, the answer of `version`. The
bound is 200 ms: prints medians and the longest; nothing passes or fails."""

import os
import select
import statistics
import subprocess
import sys
import tempfile
import time

from prompt_cost import ESCAPES, Terminal

WORK = (("mine 100000000", b"Mining"), ("chain verify --full", b"Verifying"),
        ("chain export FILE", b"Exporting"), ("wait height >= 100000000", b"Waiting for"),
        ("wallet new NAME", b"Once more:"))
PROMPT = b"0p>"


def wait_for_text(terminal, text, since):
    while text not in ESCAPES.sub(b"", terminal.seen[since:]):
        if not select.select([terminal.descriptor], [], [], 30)[0]:
            raise AssertionError(f"no {text!r}: {terminal.seen[since:]!r}")
        terminal.seen += os.read(terminal.descriptor, 65536)


def interrupt(terminal, line, shown):
    """Seconds from Ctrl-C, once `shown` of the work is on the screen, until the prompt is back."""
    since = len(terminal.seen)
    os.write(terminal.descriptor, line.encode() + b"\r")
    if line.startswith("wallet new"):
        wait_for_text(terminal, b"New password", since)
        os.write(terminal.descriptor, b"x\r")
    wait_for_text(terminal, shown, since)
    if line.startswith("wallet new"):
        os.write(terminal.descriptor, b"x\r")
        wait_for_text(terminal, b"\n", terminal.seen.index(shown, since))
    since = len(terminal.seen)
    begin = time.perf_counter()
    os.write(terminal.descriptor, b"\x03")
    return terminal.wait_for(PROMPT, since) - begin


def import_interrupted(cairn, place, environment, file):
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as directory:
        terminal = Terminal([cairn, *place, "--datadir", directory, "--listen", "off"], environment)
        terminal.wait_for(PROMPT)
        taken = interrupt(terminal, f"chain import {file}", b"Importing")
        terminal.end()
        return taken


def main():
    cairn = os.path.abspath(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as work:
        environment = {**os.environ, "HOME": work, "XDG_STATE_HOME": work, "XDG_CONFIG_HOME": work,
                       "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        place = ["--network", "dev"]
        here = [*place, "--datadir", os.path.join(work, "node"), "--listen", "off"]
        file = os.path.join(work, "whole.chain")
        quiet = {"env": environment, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL,
                 "stderr": subprocess.DEVNULL}
        subprocess.run([cairn, *here, "wallet", "new", "alice", "--no-password"], check=True, **quiet)
        subprocess.run([cairn, *here, "--timeout", "6s", "mine", "100000000"], check=False, **quiet)
        subprocess.run([cairn, *here, "chain", "export", file], check=True, **quiet)
        times = {}
        for run in range(runs):
            terminal = Terminal([cairn, *here], environment)
            terminal.wait_for(PROMPT)
            times.setdefault("version (the floor)", []).append(terminal.ask("version", PROMPT))
            for line, shown in WORK:
                named = line.replace("FILE", f"{file}.{run}").replace("NAME", f"w{run}")
                times.setdefault(line, []).append(interrupt(terminal, named, shown))
            terminal.end()
            taken = import_interrupted(cairn, place, environment, file)
            times.setdefault("chain import FILE", []).append(taken)
        for line, all_of in times.items():
            print(f"{line:28}{1000 * statistics.median(all_of):8.1f} ms   most {1000 * max(all_of):.1f}")


if __name__ == "__main__":
    main()
