"""Eight nodes that all mine, are killed and come back at random, and must agree on one chain in the end.

CAIRN_NETWORK_SECONDS sets how long they are troubled: 4 by default, 60 in the long form. CAIRN_SEED sets who
is killed when.
"""

import os
import random
import time

import harness
from nodes import NodeTest, free_port

SECONDS = float(os.environ.get("CAIRN_NETWORK_SECONDS", "4"))
SEED = int(os.environ.get("CAIRN_SEED", "1"))
COUNT = 8
SUBSIDY = 50


class EightNodes(NodeTest):
    INTERVAL = "2s"

    def setUp(self):
        super().setUp()
        os.nice(5)  # for this process and its nodes: other tests go first
        # Some ten thousand attempts a block at first, so that blocks come at every machine's speed.
        self.network = self.new_network("eight", "--limit", "0x20ffffff", "--initial-target", "0x1effff00",
                                        "--half-life", "60s")

    def settle(self, nodes):
        """All but one stop mining; that one goes on until its branch leads and everybody follows it."""
        for node in nodes:
            node.ask("mine stop")
        leader = nodes[0]
        for _ in range(20):
            leader.ask("mine")
            if self.holds_soon(lambda: len({node.tip() for node in nodes}) == 1):
                break
        return self.agree(*nodes)

    @staticmethod
    def holds_soon(holds):
        end = time.monotonic() + harness.DEADLINE_S / 6
        while not holds():
            if time.monotonic() > end:
                return False
            time.sleep(harness.POLL_S)
        return True

    def test_all_agree_after_kills_at_random(self):
        chance = random.Random(SEED)
        nodes = [self.node(f"n{i}", listen=free_port()) for i in range(COUNT)]
        for i, node in enumerate(nodes):
            node.wallet()
            for other in {(i + 1) % COUNT, (i + 3) % COUNT}:
                node.connect(nodes[other])
            node.ask("mine start")
        kills = 0
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            victim = chance.choice(nodes)
            victim.kill()
            kills += 1
            time.sleep(chance.random() * 0.5)  # the trouble's own pace, no wait for anything
            victim.start()
            victim.ask("mine start")
        status = self.settle(nodes)
        self.assertEqual(float(status["issued"]), SUBSIDY * status["height"])
        depths, scores = [], []
        for node in nodes:
            scores += [peer["score"] for peer in node.ask("peers list")["peers"]]
            depths += [one["depth"] for one in node.ask("chain reorgs")["reorgs"]]
            node.exit()
        for node in nodes:
            self.assertEqual(self.verify(node)["blocks"], status["height"])
        print(f"{COUNT} nodes, {kills} kills in {SECONDS:g} s (seed {SEED}): one tip at height "
              f"{status['height']}, {status['issued']} coins issued, {len(depths)} reorganisations "
              f"of at most {max(depths, default=0)} blocks, scores of at most {max(scores, default=0)}, "
              "all valid")


if __name__ == "__main__":
    harness.main()
