"""Figures of whole chains: verify, import and sync beside each other, what does not depend on the size, disk
and memory. A case is made once a size and used by all."""

import os
import shutil
import statistics
import subprocess

import sync_cost
from figure import at_least, at_most, google_benchmark

PAYMENT_BYTES = 168


class Case:
    """A chain of so many payments in full blocks, as a file and as a directory that serves it."""

    def __init__(self, bench, make_chain, payments, accounts):
        self.payments, self.accounts = payments, accounts
        self.file = os.path.join(bench.work, f"{payments}-{accounts}.chain")
        subprocess.run([make_chain, str(payments), str(accounts), "1", self.file, "uniform",
                        str(sync_cost.FULL_BLOCK)], check=True)
        self.directory = os.path.join(bench.work, f"node-{payments}-{accounts}")
        self.import_seconds, self.import_cpu, _ = bench.run(self.directory, "chain", "import", self.file)

    def disk_bytes(self):
        """What the log and the index take on the disk."""
        out = 0
        for folder in ("blocks", "index"):
            for name in os.listdir(os.path.join(self.directory, folder)):
                out += os.stat(os.path.join(self.directory, folder, name)).st_blocks * 512
        return out


def cryptopp_us(programs):
    """Microseconds that Crypto++ takes for a signature, and for SHA-256 of 1 KiB."""
    program = os.path.join(programs, "bench_ed25519_bench")
    one = google_benchmark(program, "one_by_one|in_batches/1024/(0|100)/1|sha256_of_cryptopp/1024")
    hashing = one["sha256_of_cryptopp/1024"]
    return {"cryptopp": one["one_by_one"]["cryptopp_us"], "batch": one["in_batches/1024/0/1"]["ours_us"],
            "batch_100": one["in_batches/1024/100/1"]["ours_us"],
            "sha256_1k": hashing["cpu_time"] / (1_000 if hashing["time_unit"] == "ns" else 1)}


def verification(bench, case, programs, runs, key, target_single):
    """The whole verification beside its signatures alone."""
    threads = os.cpu_count() or 1
    by_kernel, by_single, rest, portably = [], [], [], []
    portable = type(bench)(os.path.join(programs, "cairn_portable"), bench.work)
    for _ in range(runs):
        unit = cryptopp_us(programs)
        full = bench.run(case.directory, "chain", "verify", "--full")[2]["seconds"] * 1e6 / case.payments
        _, cpu, _ = bench.run(case.directory, "chain", "verify")
        kernel = unit["batch_100"] if case.accounts <= 100 else unit["batch"]
        by_kernel.append(kernel / threads / full)
        by_single.append(unit["cryptopp"] / threads / full)
        rest.append(cpu * 1e6 / case.payments / unit["sha256_1k"])
        if key == "distinct":
            seconds = portable.run(case.directory, "chain", "verify", "--full")[2]["seconds"]
            portably.append(unit["cryptopp"] / threads / (seconds * 1e6 / case.payments))
    who = f"{case.payments:,} payments of {case.accounts:,}"
    out = [at_least(f"verify_single_{key}", f"verify --full, {who} / Crypto++ on all cores", by_single,
                    target_single, "signatures: nine tenths of its time")]
    if key == "distinct":
        out.insert(0, at_least("verify_kernel", f"verify --full, {who} / kernel on all cores", by_kernel,
                               0.85, "what is not signatures, the decoding and the tree of the state first"))
        out.append(at_least("verify_portable", f"verify --full, {who}, portable / Crypto++ on all cores",
                            portably, 1.7, "signatures: nine tenths of its time"))
        out.append(at_most("verify_rest", f"all but signatures, {who} / SHA-256 of 1 KiB", rest, 4.0,
                           "two hashes of each payment, then the tree of the state"))
    return out


def side_by_side(bench, case, runs):
    made = sync_cost.measure(bench, case.file, case.payments, runs)
    own = [max(run["sync"]["own_mib"]) for run in made]
    beside = "the log and the index, beside all that verify does"
    return [at_least("sync", f"sync of {case.payments:,} payments / verify --full",
                     [run["ratio"] for run in made], 0.8, beside,
                     cpu_ratio=statistics.median(r["verify_cpu"] / r["sync"]["cpu"] for r in made)),
            at_least("import", f"import of {case.payments:,} payments / verify --full",
                     [run["import_ratio"] for run in made], 0.8, beside,
                     cpu_ratio=statistics.median(r["verify_cpu"] / r["import_cpu"] for r in made)),
            at_most("sync_memory", f"memory while syncing {case.payments:,} payments", own, 400.0,
                    "what changed since the checkpoint, and the bound of the caches", " MiB",
                    on_the_way_mib=made[-1]["sync"]["own_mib"])]


def growth(cases):
    """What a payment costs by the size of the chain."""
    points = [{"payments": case.payments, "import_us": case.import_seconds * 1e6 / case.payments,
               "import_cpu_us": case.import_cpu * 1e6 / case.payments,
               "disk_bytes": case.disk_bytes() / case.payments} for case in cases]
    largest = points[-1]
    middle = next((point for point in points if point["payments"] >= 100_000), largest)
    return [at_most("growth", f"cost of a payment at {largest['payments']:,} / at {middle['payments']:,}",
                    [largest["import_cpu_us"] / middle["import_cpu_us"]], 1.3,
                    "the index: ids come in no order", points=points),
            at_most("disk", f"disk of a payment of {PAYMENT_BYTES} bytes, {largest['payments']:,} of them",
                    [largest["disk_bytes"] / PAYMENT_BYTES], 2.2, "the pages of the index that are not full",
                    " ×", bytes=largest["disk_bytes"])]


def opening(bench, small, large, runs):
    times = {small.payments: [], large.payments: []}
    for _ in range(runs):
        for case in (small, large):
            times[case.payments].append(bench.run(case.directory, "chain", "status")[0])
    base = statistics.median(times[small.payments])
    return [at_most("open", f"opening {large.payments:,} payments / opening {small.payments:,}",
                    [value / base for value in times[large.payments]], 1.5, "starting the process")]


def remove(case):
    os.remove(case.file)
    shutil.rmtree(case.directory)
