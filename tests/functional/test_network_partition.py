"""Networks that fall apart and meet again: both halves mine, the one with more work stays, what the other had
confirmed waits in the mempool and is confirmed again. And nodes that join late."""

import signal

import harness
from nodes import NodeTest, free_port


class Partition(NodeTest):
    def events_until(self, node, name):
        """Reads the events of a node that runs with --events up to the first of this name."""
        while True:
            record = node.process.read_json()
            if record.get("event") == name:
                return record

    def test_two_halves_whose_middle_stood_still_meet_again(self):
        # The outer ones let nobody in, and so never come to know each other.
        b = self.node("b")
        a, c = (self.node(name, "--events", listen="off") for name in "ac")
        carol = [node.wallet() for node in (a, b, c)][2]
        a.connect(b)
        c.connect(b)
        a.ask("mine 5")
        for node in (b, c):
            node.wait("height == 5")

        b.process.kill(signal.SIGSTOP)
        try:
            first = a.ask(f"send {carol} 7 --memo one --yes")["txid"]
            a.ask("mine")
            second = a.ask(f"send {carol} 8 --memo two --yes")["txid"]
            a.ask("mine 2")
            self.assertEqual(a.ask(f"tx show {first}")["confirmations"], 3)
            lost = a.tip()
            c.ask("mine 5")
            self.assertEqual(c.chain()["height"], 10)
            self.assertEqual(c.refused(f"tx show {first}")["exit"], 4)
        finally:
            b.process.kill(signal.SIGCONT)

        told = self.events_until(a, "reorganisation")
        self.assertEqual((told["depth"], told["from"]), (3, lost))
        self.assertGreaterEqual(c.ask(f"block show {told['to']}")["height"], 9)  # it led from there on
        a.wait("height == 10")
        self.agree(a, b, c)
        listed = a.ask("chain reorgs")["reorgs"]
        self.assertEqual([(one["depth"], one["from"], one["to"]) for one in listed], [(3, lost, told["to"])])
        self.assertEqual(c.ask("chain reorgs")["reorgs"], [])

        # Both payments wait again, here and in time with those who never saw them; then they are confirmed.
        self.assertEqual(a.ask("mempool status")["count"], 2)
        for txid in (first, second):
            self.assertEqual(a.ask(f"tx show {txid}")["status"], "pending")
            c.wait(f"tx {txid} 0")
        c.ask("mine")
        for node in (a, b, c):
            node.wait(f"tx {first} 1")
            node.wait(f"tx {second} 1")
            node.wait("mempool == 0")
        self.assertEqual(c.ask("balance")["confirmed"], a.ask(f"balance {carol}")["confirmed"])
        status = self.agree(a, b, c)
        self.assertEqual((status["height"], float(status["issued"])), (11, 11 * 50))
        for node in (a, b, c):
            node.exit()
            self.verify(node)

    def pair_apart(self, *options):
        """Two nodes with 2 blocks in common, cut off from each other by closed ports."""
        a = self.node("a", *options, listen=free_port())
        b = self.node("b", *options, listen=free_port())
        a.wallet()
        b.wallet()
        b.connect(a)
        a.ask("mine 2")
        b.wait("height == 2")
        for node in (a, b):
            self.assertEqual(node.ask("node listen off")["listen"], "off")
        b.ask(f"peers remove {a.at}")
        for node in (a, b):
            node.wait("peers == 0")
        return a, b

    def join(self, a, b):
        for node in (a, b):
            self.assertEqual(node.ask(f"node listen {node.listen}")["listen"], node.at)
        b.connect(a)

    def test_two_nodes_whose_ports_were_closed_meet_again(self):
        a, b = self.pair_apart()
        self.assertEqual(b.refused(f"peers add {a.at}")["code"], "unreachable")
        a.ask("mine 4")
        b.ask("mine 7")
        self.join(a, b)
        a.wait("height == 9")
        self.assertEqual(self.agree(a, b)["height"], 9)
        self.assertEqual([one["depth"] for one in a.ask("chain reorgs")["reorgs"]], [4])
        b.ask("mine")
        a.wait("height == 10")

    def test_a_branch_too_deep_is_held_until_it_is_accepted(self):
        harness.os.makedirs(self.path("config", "cairn"))
        self.write("config/cairn/cairn.toml", "max_reorg = 3\n")
        a, b = self.pair_apart("--events")
        a.ask("mine 4")
        b.ask("mine 6")
        self.join(a, b)
        while (held := self.events_until(a, "branch_held"))["height"] < 8:
            pass  # it was held before it was all there
        self.assertEqual((held["depth"], held["tip"]), (4, b.tip()))
        self.assertEqual(a.chain()["height"], 6)
        self.assertEqual([one["tip"] for one in a.chain()["held"]], [held["tip"]])
        self.assertEqual(a.ask(f"chain accept {held['tip']} --yes")["height"], 8)
        self.agree(a, b)
        b.ask("mine")
        a.wait("height == 9")


class LateJoiner(NodeTest):
    def old_chain(self):
        a = self.node("a", listen=free_port())
        a.wallet()
        bob = a.ask("wallet new bob --no-password")["address"]
        a.ask("wallet use a")
        a.ask("mine 400")
        for i in range(5):
            for j in range(20):
                a.ask(f"send {bob} 0.{10 + j} --yes")
            a.ask("mine 20")
        return a, bob

    def test_a_late_joiner_has_it_all_and_follows(self):
        a, bob = self.old_chain()
        b = self.node("b", "--connect", a.at)
        b.wait("height >= 500")
        self.assertEqual(self.agree(a, b)["height"], 500)
        self.assertEqual(b.ask(f"balance {bob}")["confirmed"], a.ask("balance bob")["confirmed"])
        a.ask("mine")
        b.wait("height >= 501")
        b.exit()
        self.assertEqual(self.verify(b)["transactions"], 100)

    def test_a_joiner_that_is_killed_on_the_way_goes_on_where_it_was(self):
        a, _ = self.old_chain()
        c = self.node("c", "--connect", a.at)
        c.wait("height >= 500")
        b = self.node("b", "--connect", a.at, "--connect", c.at)
        for height in (1, 200):
            b.wait(f"height >= {height}")
            b.kill()
            b.start("--connect", a.at, "--connect", c.at)
        b.wait("height >= 500")
        self.agree(a, b, c)
        b.exit()
        self.verify(b)


if __name__ == "__main__":
    harness.main()
