#!/usr/bin/env python3
"""What 64 hostile connections at full rate do to a node: hostile.py CAIRN [--seconds 60] [--json].

One node of `dev` mines and answers `balance` at its prompt; an honest node that it called follows it. Then 64
connections do their worst (hostile_peers.py) for SECONDS. Reported: how long `balance` took (p50, p99, most),
how much memory the node took beyond its idle figure, how far the honest node lagged behind each block, and
whether a payment of the honest node was confirmed meanwhile."""

import argparse
import json
import multiprocessing
import os
import queue
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "functional"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
import harness  # noqa: E402
import hostile_peers  # noqa: E402
from process_cost import rss_mib  # noqa: E402

CONNECTIONS = 64
PROCESSES = 2
MEMORY_LIMIT_MIB = 128
TARGET_OF_DEV = 0x20ffffff
BALANCE_EVERY_S = 0.05
BLOCK_EVERY_S = 0.5


def percentile(values, percent):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


class Node:
    """A cairn on `dev` that is spoken to by one thread."""

    def __init__(self, work, name, *options):
        arguments = ["--json", "--keep-going", "--network", "dev", "--no-discovery", "--datadir",
                     os.path.join(work, name), *options]
        self.process = harness.Process(arguments, dict(os.environ), work)

    def ask(self, command, deadline_s=60.0):
        record = self.process.ask(command, deadline_s)
        assert record["ok"], f"{command}: {record}\n{self.process}"
        return record["data"]

    def close(self):
        """Seconds from the end of its input to its own."""
        start = time.monotonic()
        self.process.close_input()
        code = self.process.wait()
        assert code == 0, f"exit code {code}\n{self.process}"
        return time.monotonic() - start


class Follower(threading.Thread):
    """Has the honest node wait for one block after the other, and pay once in between."""

    def __init__(self, node, wanted, pay_to):
        super().__init__(daemon=True)
        self.node, self.wanted, self.pay_to = node, wanted, pay_to
        self.lags, self.confirmed_s, self.failed = [], None, None

    def run(self):
        try:
            self.follow()
        except (AssertionError, KeyError) as failure:
            self.failed = str(failure)

    def follow(self):
        while (task := self.wanted.get()) is not None:
            if task == "pay":
                start = time.monotonic()
                sent = self.node.ask(f"send {self.pay_to} 1")
                self.node.ask(f"wait tx {sent['txid']} 1")
                self.confirmed_s = time.monotonic() - start
            else:
                height, since = task
                self.node.ask(f"wait height >= {height}", deadline_s=120)
                self.lags.append(time.monotonic() - since)


def prepare(work, victim):
    """Coins for both, and blocks that are worth asking for."""
    wallet = victim.ask("wallet new victim --no-password")
    victim.ask("mine 20")
    for number in range(16):
        content = os.path.join(work, f"document{number}")
        Path(content).write_bytes(os.urandom(60_000))
        victim.ask(f"document add {content} --inline")
        if number % 8 == 7:
            victim.ask("mine 1")
    chain = victim.ask("chain status")
    blocks = [victim.ask(f"block show {chain['height'] - back}")["id"] for back in range(8)]
    genesis = victim.ask("block show 0")["id"]
    return wallet, [bytes.fromhex(one) for one in blocks], bytes.fromhex(genesis)


def attack(prey, seconds):
    names = [kind.__name__ for kind in hostile_peers.BEHAVIOURS]
    kinds = [names[i % len(names)] for i in range(CONNECTIONS)]
    results = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=hostile_peers.process, daemon=True,
                                         args=(prey, kinds[i::PROCESSES], seconds, results))
                 for i in range(PROCESSES)]
    for process in processes:
        process.start()
    return processes, results


def gather(processes, results):
    total = {}
    for _ in processes:
        for name, stats in results.get(timeout=60).items():
            mine = total.setdefault(name, dict.fromkeys(stats, 0))
            for key, value in stats.items():
                mine[key] += value
    for process in processes:
        process.join(30)
    return total


def live(victim, wanted, seconds, pays=True):
    """Mines, asks for the balance, and looks at the memory, for so long."""
    out = {"balance": [], "mine": [], "rss": []}
    start = time.monotonic()
    next_block, paid = start, not pays
    while (now := time.monotonic()) < start + seconds:
        if now >= next_block:
            next_block = now + BLOCK_EVERY_S
            height = victim.ask("mine 1")["blocks"][0]["height"]
            out["mine"].append(time.monotonic() - now)
            wanted.put((height, time.monotonic()))
            if not paid and now >= start + seconds / 2:
                paid = True
                wanted.put("pay")
        asked = time.monotonic()
        victim.ask("balance")
        out["balance"].append(time.monotonic() - asked)
        out["rss"].append(rss_mib(victim.process.pid))
        time.sleep(BALANCE_EVERY_S)
    return out


def settle(victim, wanted, follower):
    """Blocks go on until the honest node's payment is in one; then both must agree."""
    deadline = time.monotonic() + 60
    while follower.confirmed_s is None and not follower.failed and time.monotonic() < deadline:
        height = victim.ask("mine 1")["blocks"][0]["height"]
        wanted.put((height, time.monotonic()))
        time.sleep(0.2)
    wanted.put(None)
    follower.join(180)
    return not follower.is_alive() and not follower.failed


def measure(cairn, seconds):
    harness._binary = cairn  # pylint: disable=protected-access
    with tempfile.TemporaryDirectory(prefix="cairn-hostile-", dir="/tmp") as work:
        honest = Node(work, "honest", "--listen", "auto")
        payee = honest.ask("wallet new honest --no-password")["address"]
        called = honest.ask("node status")["listen"]
        victim = Node(work, "victim", "--listen", "auto", "--connect", called)
        with honest.process, victim.process:
            wallet, blocks, genesis = prepare(work, victim)
            victim.ask(f"send {payee} 100")
            height = victim.ask("mine 1")["blocks"][0]["height"]
            honest.ask(f"wait height >= {height}")
            port = int(victim.ask("node status")["listen"].rsplit(":", 1)[1])
            prey = hostile_peers.Prey(port, genesis[:4], genesis, blocks,
                                      bytes.fromhex(wallet["public_key"]), 17, TARGET_OF_DEV)
            wanted = queue.Queue()
            follower = Follower(honest, wanted, wallet["address"])
            follower.start()
            quiet = live(victim, wanted, min(3.0, seconds), pays=False)
            idle = max(quiet["rss"])
            processes, results = attack(prey, seconds)
            under = live(victim, wanted, seconds)
            stats = gather(processes, results)
            in_step = settle(victim, wanted, follower)
            tips = [node.ask("chain status")["tip"] for node in (victim, honest)] if in_step else ["", "-"]
            after = rss_mib(victim.process.pid)
            closing = victim.close()
            if in_step:
                honest.close()
    def spread(values):
        return {"p50_ms": 1_000 * percentile(values, 50), "p99_ms": 1_000 * percentile(values, 99),
                "max_ms": 1_000 * max(values, default=0.0), "count": len(values)}
    return {"seconds": seconds, "balance_idle": spread(quiet["balance"]), "balance": spread(under["balance"]),
            "mine": spread(under["mine"]), "rss_idle_mib": idle, "rss_max_mib": max(under["rss"]),
            "rss_after_mib": after, "closing_s": closing, "in_step": in_step and tips[0] == tips[1],
            "follower_failed": follower.failed, "lag": spread(follower.lags), "paid_s": follower.confirmed_s,
            "hostile": stats}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cairn", type=os.path.abspath)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--json", action="store_true", help="one object in place of the table")
    given = parser.parse_args()
    out = measure(given.cairn, given.seconds)
    if given.json:
        print(json.dumps(out, indent=1))
        return
    for what in ("balance_idle", "balance", "mine", "lag"):
        figures = out[what]
        print(f"{what:14} p50 {figures['p50_ms']:8.1f} ms   p99 {figures['p99_ms']:8.1f} ms   "
              f"max {figures['max_ms']:8.1f} ms   of {figures['count']}")
    print(f"memory: idle {out['rss_idle_mib']:.1f} MiB, most {out['rss_max_mib']:.1f} "
          f"(+{out['rss_max_mib'] - out['rss_idle_mib']:.1f}, limit {MEMORY_LIMIT_MIB}), "
          f"after {out['rss_after_mib']:.1f}")
    print(f"honest node in step: {out['in_step']}, its payment confirmed after {out['paid_s']} s; "
          f"closing took {out['closing_s']:.2f} s")
    if out["follower_failed"]:
        print(out["follower_failed"][:2_000])
    for name, stats in sorted(out["hostile"].items()):
        print(f"  {name:28} {stats['connections']:7} connections {stats['sent'] / 2**20:9.1f} MiB sent "
              f"{stats['received'] / 2**20:9.1f} received")


if __name__ == "__main__":
    main()
