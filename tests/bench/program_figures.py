"""Figures of the program as it is used: its start, one command, payments by the hundred thousand."""

import json
import os
import shutil
import statistics
import subprocess
import time

import prompt_cost
from figure import at_least, at_most, google_benchmark


def starting(cairn, export, runs):
    times = prompt_cost.measure(cairn, export, runs)
    if "sqlite3: one command" not in times:
        return []
    base = statistics.median(times["sqlite3: one command"])
    system = "the loader and the kernel's work for a process with three threads"
    return [at_most("start", "start to prompt / sqlite3 :memory: 'select 1'",
                    [value / base for value in times["cairn: start to prompt"]], 3.0, system,
                    ms=1000 * statistics.median(times["cairn: start to prompt"])),
            at_most("one_shot", "one-shot balance / sqlite3 :memory: 'select 1'",
                    [value / base for value in times["cairn: one command"]], 5.0, system,
                    ms=1000 * statistics.median(times["cairn: one command"]))]


def paying(cairn, work, programs, rows, runs):
    """Payments a second, from the row or the line to the durable acknowledgement, by signatures a second."""
    out = {"file": [], "script": []}
    for run in range(runs):
        signing = google_benchmark(os.path.join(programs, "bench_ed25519_bench"), "sign_payment")
        a_second = 1e9 / signing["sign_payment"]["cpu_time"]
        directory = os.path.join(work, f"paying-{run}")
        place = [cairn, "--json", "--network", "dev", "--no-discovery", "--datadir", directory]
        ask(place, "wallet new a --no-password\nmine 3\nwallet new b --no-password\nwallet use a\n")
        payee = ask(place, "address list --wallet b\n")[-1]["data"]["addresses"][0]["address"]
        file = os.path.join(work, "rows.csv")
        with open(file, "w", encoding="ascii") as csv:
            csv.write("to,amount,memo\n")
            csv.writelines(f"{payee},0.0001,\n" for _ in range(rows))
        start = time.perf_counter()
        ask(place, f"send --file {file} --yes\n")
        out["file"].append(rows / (time.perf_counter() - start) / a_second)
        start = time.perf_counter()
        ask(place, "".join(f"send {payee} 0.0001 --yes\n" for _ in range(rows)))
        out["script"].append(rows / (time.perf_counter() - start) / a_second)
        shutil.rmtree(directory)
    return [at_least("send_file", f"send --file of {rows:,} rows / signatures of Crypto++", out["file"], 0.6,
                     "the outbox and the mempool, beside one signature"),
            at_least("send_script", f"{rows:,} lines of send / signatures of Crypto++", out["script"], 0.25,
                     "a command's own work, and a sync of the disk for each")]


def ask(place, text):
    made = subprocess.run(place, input=text, capture_output=True, text=True, check=False)
    records = [json.loads(line) for line in made.stdout.splitlines()]
    bad = [record for record in records if not record.get("ok", True)]
    if made.returncode != 0 or bad:
        raise SystemExit(f"cairn: exit {made.returncode}: {bad[:1]} {made.stderr[-500:]}")
    return records
