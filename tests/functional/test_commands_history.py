"""Histories: what moved, an entry a recipient, and the balance after it."""

import csv
import io

import commands
import harness


class Histories(commands.CommandTest):
    def test_every_direction(self):
        alice, bob = self.funded()
        self.ok("send", "bob", "10", "--memo", "a\x1b[2Jb")
        self.ok("send", "alice", "1", "--fee", "0.01")
        self.ok("document", "add", self.write("d", "text"))
        self.ok("mine", "--to", "bob")
        self.ok("send", "alice", "4", "--from", "bob")
        entries = self.ok("history")["entries"]
        for key in "time height txid direction counterparty amount fee memo balance".split():
            self.assertIn(key, entries[0])
        self.assertEqual([(e["direction"], e["height"], e["balance"]) for e in entries[:4]],
                         [("received", None, "143.99"), ("document", 4, "139.99"), ("self", 4, "139.99"),
                          ("sent", 4, "140")])
        self.assertEqual((entries[0]["counterparty"], entries[3]["counterparty"]), (bob, bob))
        self.assertEqual(entries[3]["memo"], "a\x1b[2Jb")
        self.assertEqual(self.ok("history", "--confirmed")["entries"], entries[1:])
        self.assertEqual(self.ok("history", alice, "--limit", "2")["entries"], entries[:2])
        self.assertEqual(self.ok("history", "--since", "2100-01-01")["entries"], [])
        human = self.run_cairn("--datadir", self.directory, "history")
        self.assertNotIn("\x1b", human.out)
        self.assertIn("\\x1b[2J", human.out)
        self.ok("history", "--csv", self.path("h.csv"))
        lines = self.read("h.csv").splitlines()
        self.assertEqual(len(lines), 1 + len(entries))
        self.refused(1, "file_exists", "history", "--csv", self.path("h.csv"))
        self.assertIn("points", self.ok("balance", "--graph"))
        self.refused(2, "conflicting_options", "balance", "--at", "1", "--graph")
        self.assertEqual(self.ok("balance", "--all")["confirmed"], "200")

    def test_a_payment_to_several_is_an_entry_a_recipient(self):
        alice, bob = self.funded()
        carol = self.ok("wallet", "new", "carol", "--no-password")["address"]
        rows = self.write("pay.csv", "bob,1,for bob\nalice,2,kept\ncarol,3,for carol\nbob,4,again\n")
        sent = self.ok("send", "--file", rows, "--fee", "0.1", "--from", "alice")
        wanted = [("sent", bob, "bob", "1", "0.1", "for bob", "141.9"),
                  ("self", alice, "alice", "2", "0", "kept", "143"),
                  ("sent", carol, "carol", "3", "0", "for carol", "143"),
                  ("sent", bob, "bob", "4", "0", "again", "146")]
        fields = "direction counterparty name amount fee memo balance".split()
        columns = "time,height,txid,direction,counterparty,name,amount,fee,memo,balance,status"
        for status in ("pending", "confirmed"):
            entries = self.ok("history", "alice")["entries"]
            self.assertEqual([tuple(e[f] for f in fields) for e in entries[:4]], wanted)
            self.assertEqual({(e["txid"], e["status"]) for e in entries[:4]}, {(sent["txid"], status)})
            self.assertEqual(entries[4]["balance"], "150")
            got = self.ok("history", "bob")["entries"]
            self.assertEqual([(e["direction"], e["counterparty"], e["amount"], e["memo"], e["balance"])
                              for e in got],
                             [("received", alice, "1", "for bob", "5"),
                              ("received", alice, "4", "again", "4")])
            self.ok("history", "alice", "--csv", self.path(status))
            printed = self.expect(0, "--datadir", self.directory, "--output", "csv", "history", "alice").out
            self.assertEqual(printed.splitlines()[0], columns)
            self.assertEqual(self.read(status).splitlines(), printed.splitlines())
            table = list(csv.DictReader(io.StringIO(printed)))[:4]
            self.assertEqual([tuple(row[f] for f in fields) for row in table], wanted)
            shown = self.run_cairn("--datadir", self.directory, "history", "alice").lines[1:5]
            for line, row in zip(shown, wanted):
                self.assertRegex(line, rf" {row[0]} .*{row[2]}.* {row[6]} .*{row[5]}")
            if status == "pending":
                self.ok("mine", "--to", "carol")
        self.assertEqual([t["txid"] for t in self.ok("tx", "list", "--wallet", "alice")["transactions"]],
                         [sent["txid"]])

    def test_what_the_limit_leaves_out_is_told(self):
        self.funded()
        one = ("--datadir", self.directory, "history")
        self.assertNotIn("the newest", self.run_cairn(*one, "--limit", "3").out)
        cut = self.run_cairn(*one, "--limit", "2").out
        self.assertIn("the newest 2; `history --limit N` shows more", cut)
        self.assertEqual(len(self.ok("history", "--limit", "2")["entries"]), 2)

    def test_since_takes_a_span_and_the_table_ids_that_tx_show_takes(self):
        self.funded()
        txid = self.ok("send", "bob", "1")["txid"]
        self.ok("mine")
        self.assertEqual(len(self.ok("history", "--since", "1h")["entries"]), 5)
        self.refused(2, "bad_argument", "history", "--since", "yesterday")
        shown = self.run_cairn("--datadir", self.directory, "history", "bob").lines
        self.assertIn(" id ", shown[0] + " ")
        self.assertIn(txid[:8], shown[1])
        self.assertEqual(self.ok("tx", "show", txid[:8])["txid"], txid)

    def test_a_limit_of_transactions_counts_no_rewards(self):
        self.funded()
        sent = [self.ok("send", "bob", "1")["txid"] for _ in range(2)]
        self.ok("mine", "12")
        listed = self.ok("tx", "list", "--limit", "2")["transactions"]
        self.assertEqual({each["txid"] for each in listed}, set(sent))
        self.assertEqual(len(self.ok("tx", "list", "--limit", "1")["transactions"]), 1)


if __name__ == "__main__":
    harness.main()
