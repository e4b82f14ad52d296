"""A node among 64 hostile connections, for five seconds: tests/bench/hostile.py has the long form."""

import os
import sys
from pathlib import Path

import harness

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))
import hostile  # noqa: E402

SECONDS = 5


class HostileTest(harness.CairnTest):
    def test_a_node_works_on_among_hostile_connections(self):
        out = hostile.measure(harness.binary(), SECONDS)
        print(f"balance: {out['balance']}, memory: {out['rss_idle_mib']} to {out['rss_max_mib']} MiB, "
              f"blocks followed: {out['lag']}, payment: {out['paid_s']} s", file=sys.stderr)
        self.assertIsNone(out["follower_failed"])
        self.assertTrue(out["in_step"])
        self.assertIsNotNone(out["paid_s"])
        self.assertGreater(out["balance"]["count"], 0)
        if "ASAN_OPTIONS" not in os.environ and "TSAN_OPTIONS" not in os.environ:
            self.assertLessEqual(out["rss_max_mib"] - out["rss_idle_mib"], hostile.MEMORY_LIMIT_MIB)
        for name, stats in out["hostile"].items():
            self.assertGreater(stats["connections"], 0, name)


if __name__ == "__main__":
    harness.main()
