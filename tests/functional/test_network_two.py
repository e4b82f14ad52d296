"""Two nodes: one catches up with the other, payments go both ways, and both end when they are told to."""

import harness
from nodes import NodeTest


class TwoNodes(NodeTest):
    def payer_and_peer(self, blocks):
        """A node that can pay, a peer that has its blocks, and the address of the peer's wallet."""
        a, b = self.node("a"), self.node("b")
        a.wallet()
        bob = b.wallet()
        a.ask(f"mine {blocks}")
        b.connect(a)
        b.wait(f"height >= {blocks}")
        return a, b, bob

    def test_a_newcomer_has_the_chain_and_the_state_of_the_other(self):
        a = self.node("a")
        a.wallet()
        a.ask("mine 50")
        b = self.node("b", "--connect", a.at)
        b.wait("height >= 50")
        self.assertEqual(self.agree(a, b)["height"], 50)
        self.assertTrue(b.wait("synced")["condition"], "synced")
        b.wait("peers >= 1")
        self.assertEqual(b.ask("node sync")["best_height"], 50)

    def test_a_payment_is_pending_there_and_confirmed_by_their_block(self):
        a, b, bob = self.payer_and_peer(blocks=3)
        sent = a.ask(f"send {bob} 12.5 --memo bread --yes")
        self.assertEqual(sent["status"], "pending")
        b.wait(f"tx {sent['txid']} 0")
        shown = b.ask(f"tx show {sent['txid']}")
        self.assertEqual((shown["status"], shown["amount"], shown["memo"]), ("pending", "12.5", "bread"))
        self.assertEqual(b.ask("balance")["pending"], "12.5")
        b.ask("mine")
        a.wait(f"tx {sent['txid']} 1")
        self.assertEqual(a.ask(f"tx show {sent['txid']}")["status"], "confirmed")
        fee = float(sent["fee"])
        self.assertGreater(fee, 0)
        self.assertEqual(float(b.ask("balance")["confirmed"]), 12.5 + 50 + fee)
        self.agree(a, b)

    def test_send_can_wait_for_blocks_of_others(self):
        a, b, bob = self.payer_and_peer(blocks=2)
        a.process.send(f"send {bob} 5 --wait 2 --yes")
        b.wait("mempool == 1")
        b.ask("mine")
        b.wait("balance >= 55")
        b.ask("mine")
        answer = a.process.read_json()
        self.assertEqual((answer["cmd"], answer["ok"]), ("send", True), answer)
        self.assertEqual(answer["data"]["status"], "confirmed")
        self.assertGreaterEqual(a.ask(f"tx show {answer['data']['txid']}")["confirmations"], 2)

    def test_what_was_paid_just_now_is_with_the_peer_when_the_payer_ends(self):
        a = self.node("a")
        address = a.wallet()
        payer = ("--json", "--network", self.network, "--datadir", self.path("payer"), "--no-discovery")
        self.expect(0, *payer, "-c", "wallet new bob --no-password", "-c", "mine 3")
        last = self.expect(0, *payer, "--connect", a.at, "-c", "wait peers >= 1", "-c",
                           f"send {address} 1 --yes").records[-1]
        a.wait(f"tx {last['data']['txid']} 0")
        sent = self.expect(0, *payer, "--connect", a.at, "--yes", "send", address, "2").data
        a.wait(f"tx {sent['txid']} 0")

    def test_a_payment_that_others_were_told_of_is_replaced_not_forgotten(self):
        a, b, bob = self.payer_and_peer(blocks=2)
        sent = a.ask(f"send {bob} 10 --yes")
        b.wait(f"tx {sent['txid']} 0")
        instead = a.ask(f"tx cancel {sent['txid']}")["txid"]
        self.assertNotEqual(instead, None)
        b.wait(f"tx {instead} 0")
        b.ask("mine")
        a.wait(f"tx {instead} 1")
        self.assertEqual(b.ask("balance")["confirmed"].split(".")[0], "50")
        self.assertEqual(a.refused(f"tx show {sent['txid']}")["exit"], 4)

    def test_blocks_and_peers_are_told_as_events(self):
        a = self.node("a")
        a.wallet()
        b = self.node("b", "--events", "--connect", a.at)
        b.process.send("wait peers == 1")  # answered before or after the event is told
        joined = self.read_until(b, lambda record: record.get("event") == "peer_connected")[-1]
        self.assertEqual(joined["direction"], "out")
        self.assertEqual(joined["address"], a.at)
        self.assertTrue(joined["agent"].startswith("cairn/"))
        made = a.ask("mine")["blocks"][0]
        seen = self.read_until(b, lambda record: record.get("event") == "block")
        self.assertEqual((seen[-1]["height"], seen[-1]["id"]), (1, made["id"]))
        a.exit()
        seen = self.read_until(b, lambda record: record.get("event") == "peer_lost")
        self.assertTrue(seen[-1]["why"])

    def read_until(self, node, matches):
        seen = [node.process.read_json()]
        while not matches(seen[-1]):
            seen.append(node.process.read_json())
        return seen

    def test_nodes_with_peers_end_within_a_second(self):
        a = self.node("a")
        a.wallet()
        # They let nobody in, or they would know each other soon, too.
        others = [self.node(f"b{i}", "--connect", a.at, listen="off") for i in range(3)]
        a.wait("peers == 3")
        a.ask("mine start")
        a.wait("height >= 1")
        took = [a.exit()]
        for other in others:
            other.wait("peers == 0")
            took.append(other.exit())
        # A machine may pause one of them; it will not pause all.
        self.assertLess(min(took), 1.0, took)
        self.assertLess(max(took), 10.0, took)

    def test_a_daemon_serves_until_it_is_told_to_end(self):
        flags = ["--network", self.network, "--datadir", self.path("daemon"), "--no-discovery"]
        self.expect(0, *flags, "wallet", "new", "a", "--no-password")
        self.expect(0, *flags, "mine", "5")
        with self.start(*flags, "--daemon") as daemon:
            at = daemon.wait_line("Listening on ", "err").removeprefix("Listening on ").rstrip(".")
            b = self.node("b", "--connect", at)
            b.wait("height >= 5")
            self.expect(10, *flags, "chain", "status")  # it holds the directory
            daemon.kill(harness.signal.SIGTERM)
            self.assertEqual(daemon.wait(), 0, str(daemon))
            b.wait("peers == 0")
        self.expect(0, *flags, "chain", "verify")


if __name__ == "__main__":
    harness.main()
