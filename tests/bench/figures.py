#!/usr/bin/env python3
"""Every figure of docs/BENCHMARKS.md beside its target: figures.py CAIRN PROGRAMS [--long | --short]

PROGRAMS is the directory of the Google Benchmark programs. Prints a table; --json FILE and --svg FILE
write the same and the plot. Each figure is a ratio of two things measured in one run, in turn; `± of runs` is
how far its runs lay from their median. Nothing passes or fails."""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "functional"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
import harness  # noqa: E402  (found by the lines above)
import chain_figures  # noqa: E402
import kernel_figures  # noqa: E402
import plot  # noqa: E402
import program_figures  # noqa: E402
import sync_cost  # noqa: E402
from figure import table  # noqa: E402

GROUPS = ("search", "signatures", "state", "relay", "chains", "start", "paying")
SIZES = {"short": (1_000, 10_000, 100_000), "usual": (1_000, 10_000, 100_000, 1_000_000),
         "long": (1_000, 10_000, 100_000, 1_000_000, 10_000_000)}


def chains(given, bench, make_chain, sizes):
    """All that needs chains; the largest that is judged again and again is of a million payments."""
    cases = [chain_figures.Case(bench, make_chain, size, min(size, 100_000)) for size in sizes]
    judged = [case for case in cases if case.payments <= 1_000_000][-1]
    out = chain_figures.verification(bench, judged, given.programs, given.runs, "distinct", 2.5)
    out += chain_figures.growth(cases[1:])
    out += chain_figures.opening(bench, cases[0], judged, 5 * given.runs)
    for case in {case.payments: case for case in (cases[2], judged)}.values():
        for figure in chain_figures.side_by_side(bench, case, given.runs):
            if case is judged and case is not cases[2]:
                figure.key += "_large"
            out.append(figure)
    few = chain_figures.Case(bench, make_chain, judged.payments, 100)
    out += chain_figures.verification(bench, few, given.programs, given.runs, "few", 4.0)
    return out


def measure(given, bench):
    make_chain = os.path.join(given.programs, "bench_make_chain")
    out = []
    sizes = SIZES["long" if given.long else "short" if given.short else "usual"]
    for group in given.only or GROUPS:
        print(f"measuring: {group}", file=sys.stderr)
        if group == "search":
            out += kernel_figures.mining(given.programs, given.runs)
        elif group == "signatures":
            out += kernel_figures.signatures(given.programs, given.runs)
        elif group == "state":
            out += kernel_figures.state_root(given.programs, given.runs)
        elif group == "relay":
            out += kernel_figures.relay(given.programs, given.runs)
        elif group == "chains":
            out += chains(given, bench, make_chain, sizes)
        elif group == "start":
            case = chain_figures.Case(bench, make_chain, 100_000, 10_001)
            out += program_figures.starting(given.cairn, case.file, 5 * given.runs)
            chain_figures.remove(case)
        else:
            rows, runs = (10_000, 1) if given.short else (100_000, given.runs)
            out += program_figures.paying(given.cairn, bench.work, given.programs, rows, runs)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cairn", type=os.path.abspath)
    parser.add_argument("programs", type=os.path.abspath)
    parser.add_argument("--only", action="append", choices=GROUPS)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--short", action="store_true", help="chains of 100,000 payments at most")
    parser.add_argument("--long", action="store_true", help="up to ten million payments: hours")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--svg", type=Path)
    given = parser.parse_args()
    harness._binary = given.cairn  # pylint: disable=protected-access
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as work:
        figures = measure(given, sync_cost.Bench(given.cairn, work))
    print("\n".join(table(figures)))
    if given.json:
        text = json.dumps([one.as_dict() for one in figures], indent=1)
        given.json.write_text(text + "\n", encoding="utf-8")
    growth = [one for one in figures if one.key == "growth"]
    if given.svg and growth:
        given.svg.write_text(plot.svg(growth[0].details["points"]), encoding="utf-8")


if __name__ == "__main__":
    main()
