#!/usr/bin/env python3
"""What opening and looking up cost as a chain grows: open_cost.py CAIRN MAKE_CHAIN [PAYMENTS ACCOUNTS].

Makes a chain of 100 payments and one of PAYMENTS (100,000) among ACCOUNTS (10,000) on `dev`, imports both,
and runs one-shot commands on them in turn. Prints medians, and the ratios that matter. Nothing passes or
fails."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 15


def run(cairn, directory, *command):
    start = time.perf_counter()
    made = subprocess.run([cairn, "--json", "--network", "dev", "--datadir", directory, *command],
                          capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    return time.perf_counter() - start, json.loads(made.stdout.splitlines()[-1])["data"]


def prepare(cairn, make_chain, work, payments, accounts):
    export = os.path.join(work, f"{payments}.chain")
    directory = os.path.join(work, str(payments))
    subprocess.run([make_chain, str(payments), str(accounts), "1", export], check=True)
    start = time.perf_counter()
    run(cairn, directory, "chain", "import", export)
    seconds = time.perf_counter() - start
    os.remove(export)
    return directory, seconds


def main():
    cairn, make_chain = (os.path.abspath(path) for path in sys.argv[1:3])
    payments, accounts = (int(number) for number in (sys.argv[3:5] or ("100000", "10000")))
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as work:
        small, _ = prepare(cairn, make_chain, work, 100, 100)
        large, seconds = prepare(cairn, make_chain, work, payments, accounts)
        print(f"import of {payments} payments: {seconds:.1f} s, {payments / seconds:.0f} a second")
        height = run(cairn, large, "chain", "status")[1]["height"]
        block = run(cairn, large, "block", "show", str(height // 2))[1]
        txid = block["transactions"][0]["txid"]
        address = block["transactions"][0]["from"]
        cases = {
            "open, 100 payments": (small, "chain", "status"),
            f"open, {payments} payments": (large, "chain", "status"),
            "tx show ID": (large, "tx", "show", txid),
            "history ADDRESS --limit 10": (large, "history", address, "--limit", "10"),
            "balance ADDRESS": (large, "balance", address),
        }
        times = {name: [] for name in cases}
        for _ in range(RUNS):
            for name, (directory, *command) in cases.items():
                times[name].append(run(cairn, directory, *command)[0])
        base = statistics.median(times["open, 100 payments"])
        for name, all_of in times.items():
            median = statistics.median(all_of)
            print(f"{name:32} median {1000 * median:7.2f} ms  min {1000 * min(all_of):7.2f}  "
                  f"/ open of 100: {median / base:5.2f}")


if __name__ == "__main__":
    main()
