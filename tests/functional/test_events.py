"""What happens to own payments, as events: waiting, in a block, taken back."""

import harness
from nodes import NodeTest

FIELDS = ["v", "event", "txid", "direction", "amount", "counterparty", "fee", "memo", "wallet", "height",
          "block", "time"]


class PaymentEvents(NodeTest):
    def payment(self, node, name):
        """The next event of a payment, which is to be of this name."""
        while True:
            record = node.process.read_json()
            if record.get("event", "").startswith("payment_"):
                self.assertEqual(record["event"], name, record)
                self.assertEqual(list(record), FIELDS)
                return record

    def test_received_and_sent_are_told_while_they_wait_and_in_their_block(self):
        a = self.node("a", "--events")
        alice = a.wallet()
        a.ask("mine 2")
        b = self.node("b", "--events", "--connect", a.at)
        bob = b.wallet()
        b.wait("height == 2")
        sent = a.ask(f"send {bob} 1.5 --memo bread --yes")
        told = self.payment(a, "payment_sent")
        self.assertEqual((told["txid"], told["direction"], told["amount"], told["counterparty"],
                          told["memo"], told["wallet"], told["height"], told["block"]),
                         (sent["txid"], "sent", "1.5", bob, "bread", "a", None, None))
        told = self.payment(b, "payment_received")  # without a block, and nothing asked
        self.assertEqual((told["txid"], told["direction"], told["amount"], told["counterparty"], told["fee"],
                          told["height"]), (sent["txid"], "received", "1.5", alice, "0", None))
        block = a.ask("mine")["blocks"][0]
        for node, direction, other in ((a, "sent", bob), (b, "received", alice)):
            told = self.payment(node, "payment_confirmed")
            self.assertEqual((told["txid"], told["direction"], told["amount"], told["counterparty"],
                              told["height"], told["block"]),
                             (sent["txid"], direction, "1.5", other, 3, block["id"]))

    def test_a_reorganisation_takes_payments_back(self):
        a = self.node("a", "--events", listen="off")
        a.wallet()
        a.ask("mine 2")
        a.ask("wallet new other --no-password")
        a.ask("wallet use a")
        sent = a.ask("send other 1.5 --yes")
        a.ask("mine")
        b = self.node("b", listen="off")
        b.wallet()
        b.ask("mine 6")
        b.ask(f"chain export {self.path('theirs')}")
        a.ask(f"chain import {self.path('theirs')}")
        told = []
        while sum(each["event"] == "payment_removed" for each in told) < 2:
            record = a.process.read_json()
            if record.get("event", "").startswith("payment_"):
                told.append(record)
        self.assertEqual({(each["txid"], each["amount"], each["height"], each["wallet"])
                          for each in told[-2:]},
                         {(sent["txid"], "1.5", 3, "a"), (sent["txid"], "1.5", 3, "other")})

    def test_the_command_lists_them_and_follows_them(self):
        a = self.node("a", listen="off")
        a.wallet()
        a.ask("mine 2")
        a.ask("wallet new other --no-password")
        a.ask("wallet use a")
        first = a.ask("send other 1 --yes")["txid"]
        a.ask("mine")
        second = a.ask("send other 2 --yes")["txid"]
        listed = [each for each in a.ask("events")["events"] if "txid" in each]
        self.assertEqual([(each["event"], each["txid"], each["wallet"], each["height"]) for each in listed],
                         [("payment_confirmed", first, "a", 3), ("payment_confirmed", first, "other", 3),
                          ("payment_sent", second, "a", None), ("payment_received", second, "other", None)])
        a.exit()
        outcome = self.run_cairn(*a.flags(), "--timeout", "5", "--keep-going", "-c", "events --follow",
                                 stdin="")
        self.assertEqual(outcome.code, 7, outcome)  # what waited before is not told as new
        self.assertNotIn("payment_", outcome.out)


if __name__ == "__main__":
    harness.main()
