"""Figures of the kernels: the search, signatures, the state's tree, the relay of a compact block."""

import os

from figure import at_least, at_most, google_benchmark


def runs_of(programs, name, pattern, runs):
    return [google_benchmark(os.path.join(programs, "bench_" + name), pattern) for _ in range(runs)]


def mining(programs, runs):
    alone = runs_of(programs, "mining", "kernels_side_by_side", runs)
    cases = [run["kernels_side_by_side"] for run in alone]
    fastest = max((key for key in cases[0] if key.endswith("_times")), key=lambda key: cases[0][key])
    unit = "the unit of the SHA instructions: the schedule runs on it, too"
    out = [at_least("search", "search / two SHA256::Transform an attempt",
                    [case[fastest] for case in cases], 2.6, unit, kernel=fastest[:-len("_times")])]
    if "share_of_rounds" in cases[0]:
        out.append(at_least("search_bound", "search / bound of 64 sha256rnds2",
                            [case["share_of_rounds"] for case in cases], 0.59, unit))
    both = runs_of(programs, "mining", "two_threads_by_one", runs)
    name = next(iter(both[0]))
    out.append(at_least("search_threads", "search on two threads / one",
                        [run[name]["median"] for run in both], 1.85, "what else runs on the two cores",
                        best=max(run[name]["best"] for run in both)))
    if "bare" in both[0][name]:
        out.append(at_least("search_threads_bare", "the same / bare sha256rnds2 on two threads / one",
                            [run[name]["median"] / run[name]["bare"] for run in both], 0.925,
                            "two searches share nothing but the machine", bare=both[0][name]["bare"]))
    return out


def signatures(programs, runs):
    all_of = runs_of(programs, "ed25519_bench", "in_batches/(256|1024)/(0|100)/", runs)
    plan = (("256/0/0", "256 keys, portable", 2.0), ("1024/0/0", "1,024 keys, portable", 2.3),
            ("1024/0/1", "1,024 keys, AVX2", 3.0), ("1024/100/0", "1,024 by 100 keys, portable", 4.0),
            ("1024/100/1", "1,024 by 100 keys, AVX2", 6.0))
    out = []
    for case, what, target in plan:
        name = "in_batches/" + case
        out.append(at_least("signatures_" + case.replace("/", "_"), f"batches of {what} / Crypto++",
                            [run[name]["times"] for run in all_of], target,
                            "the additions to buckets, then the decoding of points",
                            us=all_of[0][name]["ours_us"], cryptopp_us=all_of[0][name]["cryptopp_us"]))
    return out


def state_root(programs, runs):
    all_of = [run["state_root"] for run in runs_of(programs, "state_root", "state_root", runs)]
    return [at_most("state_root", "state root of a block / the same tree by Crypto++",
                    [run["share"] for run in all_of], 0.4, "pages of the tree that are not in the caches",
                    us_a_payment=all_of[0]["ours_us"])]


def relay(programs, runs):
    all_of = [run["compact_relay"] for run in runs_of(programs, "relay", "compact_relay", runs)]
    return [at_most("relay", "compact block of 4,000 passed on / SHA-256 of the block",
                    [run["times"] for run in all_of], 3.0,
                    "the copies of the payments, out of the mempool into the block", us=all_of[0]["ours_us"])]
