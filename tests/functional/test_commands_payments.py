"""Payments, the transactions they become, documents."""

import csv
import hashlib
import json
import io
import os

import csv

import commands
import harness


class Payments(commands.CommandTest):
    def test_a_payment_waits_and_is_confirmed(self):
        alice, bob = self.funded()
        sent = self.ok("send", "bob", "12.5", "--fee", "0.5", "--memo", "rent")
        self.assertEqual({k: sent[k] for k in ("from", "to", "amount", "fee", "nonce", "status")},
                         {"from": alice, "to": bob, "amount": "12.5", "fee": "0.5", "nonce": 0,
                          "status": "pending"})
        self.assertEqual(self.balance(), ("150", "-13", "137"))
        self.assertEqual(self.balance("bob"), ("0", "12.5", "0"))
        shown = self.ok("tx", "show", sent["txid"])
        for key in ("txid type from to amount fee nonce memo time status confirmations height block "
                    "outputs").split():
            self.assertIn(key, shown)
        self.assertEqual((shown["status"], shown["height"], shown["memo"]), ("pending", None, "rent"))
        self.assertEqual([t["txid"] for t in self.ok("tx", "list", "--pending")["transactions"]],
                         [sent["txid"]])
        pool = self.ok("mempool", "show")
        self.assertEqual((pool["count"], pool["transactions"][0]["txid"]), (1, sent["txid"]))
        preview = self.ok("mine", "preview")
        self.assertEqual((preview["txs"], preview["reward"]), (1, "50.5"))
        block = self.ok("mine")["blocks"][0]
        self.assertEqual((block["height"], block["txs"], block["reward"]), (4, 1, "50.5"))
        shown = self.ok("tx", "show", sent["txid"])
        self.assertEqual((shown["status"], shown["height"], shown["block"], shown["confirmations"]),
                         ("confirmed", 4, block["id"], 1))
        self.assertEqual(self.ok("tx", "show", sent["txid"][:10])["txid"], sent["txid"])
        self.assertEqual(self.balance("bob"), ("12.5", "0", "12.5"))
        self.assertEqual(self.ok("balance", bob, "--at", "3")["confirmed"], "0")
        self.refused(4, None, "balance", bob, "--at", "5")
        self.refused(4, None, "tx", "show", "ab" * 32)

    def test_to_an_address_a_contact_and_a_uri(self):
        _, bob = self.funded()
        self.ok("contacts", "add", "shop", bob)
        self.ok("send", bob, "1")
        self.ok("send", "shop", "2")
        uri = self.ok("send", f"cairn:{bob}?amount=3&memo=hi")
        self.assertEqual((uri["to"], uri["amount"], uri["memo"], uri["nonce"]), (bob, "3", "hi", 2))
        self.ok("mine")
        self.assertEqual(self.balance("bob")[0], "6")

    def test_everything(self):
        self.funded()
        dry = self.ok("send", "bob", "all", "--fee", "1", "--dry-run")
        self.assertEqual((dry["amount"], dry["txid"]), ("149", None))
        self.assertEqual(self.balance()[1], "0")
        self.ok("send", "bob", "all", "--fee", "1")
        self.assertEqual(self.balance(), ("150", "-150", "0"))
        self.refused(3, "insufficient_funds", "send", "bob", "all")

    def test_several_addresses_pay_together(self):
        self.wallets("alice", "bob")
        second = self.ok("address", "new")["address"]
        self.ok("mine", "2")
        self.ok("mine", "1", "--to", second)
        sent = self.ok("send", "bob", "120", "--fee", "1")
        self.assertEqual(len(sent["transfers"]), 2)
        self.assertEqual((sent["total"], sent["total_fee"]), ("120", "2"))
        shown = self.ok("tx", "show", sent["txid"])
        for key in "txid from to amount fee nonce status".split():
            self.assertEqual(sent[key], shown[key], key)
        self.ok("mine", "--to", "bob")
        self.assertEqual(self.balance("bob")[0], "172")  # the block, its fees, and the payment
        self.assertEqual(self.balance()[0], "28")

    def test_a_small_payment_may_follow_the_one_that_opens_the_account(self):
        self.directory = self.path("least")
        self.ok("network", "new", self.path("n.json"), "--name", "least", "--ticker", "LST")
        network = json.loads(self.read("n.json"))
        self.assertNotEqual(network["min_new_account"], "0")
        network.update(half_life_ms=0, limit="0x20ffffff", initial_target="0x20ffffff")
        self.write("n.json", json.dumps(network))
        one = ["--datadir", self.directory, "--network", self.path("n.json"), "--json"]

        def run(*words):
            return self.run_cairn(*one, *words)
        for name in ("alice", "bob", "carol"):
            run("wallet", "new", name, "--no-password")
        run("mine", "1", "--to", "alice")
        run("mine", "1", "--to", "carol")
        small = run("send", "bob", "0.0001", "--from", "alice", "--fee", "0.000001")
        self.assertEqual((small.code, small.records[0]["error"]["code"]), (3, "new_account_too_small"))
        self.assertTrue(small.records[0]["error"]["hint"])
        self.assertEqual(run("send", "bob", "1", "--from", "alice").code, 0)
        self.assertEqual(run("send", "bob", "0.0001", "--from", "alice", "-y").code, 0)
        other = run("send", "bob", "0.0001", "--from", "carol", "-y")  # which may come first
        self.assertEqual((other.code, other.records[0]["error"]["code"]), (3, "new_account_too_small"))
        run("mine", "1", "--to", "carol")
        self.assertEqual(run("balance", "bob").data["confirmed"], "1.0001")

    def test_a_high_fee_asks(self):
        self.funded()
        self.refused(8, "needs_yes", "send", "bob", "10", "--fee", "0.51")
        self.assertEqual(self.balance()[1], "0")
        self.ok("send", "bob", "10", "--fee", "0.5")
        self.ok("send", "bob", "10", "--fee", "0.51", "-y")

    def test_a_file_of_payments_is_all_or_nothing(self):
        _, bob = self.funded()
        mistyped = bob[:-1] + ("q" if bob[-1] != "q" else "p")
        bad = self.write("bad.csv", f"to,amount,memo\nbob,1,ok\nnobody,1\nbob,1e3\n{mistyped},2\n")
        record = self.refused(4, "unknown_recipient", "send", "--file", bad)
        self.assertEqual([row["line"] for row in record["error"]["rows"]], [3, 4, 5])
        self.assertEqual(self.balance()[1], "0")
        rows = "".join(f'{"bob" if i % 2 else bob},0.01,"no {i}, ""quoted"""\n' for i in range(600))
        sent = self.ok("send", "--file", self.write("good.csv", "to,amount,memo\r\n" + rows))
        self.assertEqual([len(t["outputs"]) for t in sent["transfers"]], [256, 256, 88])
        self.assertEqual((sent["amount"], sent["total"]), ("2.56", "6"))
        self.ok("mine")
        self.assertEqual(self.balance("bob")[0], "6")
        self.assertEqual(self.ok("history", "bob")["entries"][0]["memo"], 'no 512, "quoted"')
        self.refused(3, "insufficient_funds", "send", "--file", self.write("much.csv", "bob,1\nbob,1000\n"))
        self.assertEqual(self.balance()[1], "0")

    def test_rows_at_fault_are_told_a_line_each(self):
        self.funded()
        rows = "to,amount\n" + "".join(f"nobody{i},1\n" for i in range(24))
        record = self.refused(4, "unknown_recipient", "send", "--file", self.write("bad.csv", rows))
        message = record["error"]["message"].split("\n")
        self.assertEqual(len(message), 22)
        self.assertIn("24 rows are at fault", message[0])
        self.assertTrue(message[1].startswith("line 2: "), message[1])
        self.assertEqual(message[21], "and 4 more")
        self.assertEqual([(row["row"], row["line"]) for row in record["error"]["rows"]],
                         [(i + 1, i + 2) for i in range(24)])
        outcome = self.run_cairn("--datadir", self.directory, "send", "--file", self.path("bad.csv"))
        self.assertEqual(len(outcome.err.splitlines()), 23, outcome.err)  # and the hint
        self.assertIn("with --dry-run every row is listed", outcome.err)
        self.assertEqual(outcome.err.splitlines()[21].strip(), "and 4 more")
        one = self.refused(4, "unknown_recipient", "send", "--file", self.write("one.csv", "bob,1\nno,1\n"))
        self.assertIn("one.csv: line 2: ", one["error"]["message"])
        self.assertEqual(self.ok("mempool", "show")["count"], 0)

    def test_all_that_is_wrong_with_a_row_is_told(self):
        self.funded()
        rows = "nobody,1e3," + "x" * 300 + "\nbob,1\nbob,-1\n"
        record = self.refused(4, "unknown_recipient", "send", "--file", self.write("bad.csv", rows))
        self.assertEqual([(row["line"], row["message"].split(":")[0]) for row in record["error"]["rows"]],
                         [(1, "to"), (1, "amount"), (1, "memo"), (3, "amount")])
        self.assertIn("2 rows are at fault", record["error"]["message"])

    def dry_run(self, name, text):
        """In JSON (the exit code, the data, the error), as lines for people, and as rows of CSV."""
        words = ["--datadir", self.directory, "send", "--file", self.write(name, text), "--dry-run"]
        (record,) = (outcome := self.run_cairn("--json", *words)).records
        rows = list(csv.reader(self.run_cairn("--output", "csv", *words).lines))
        self.assertEqual(self.ok("mempool", "show")["count"], 0)
        return outcome.code, record["data"], record.get("error"), self.run_cairn(*words), rows

    def test_a_dry_run_lists_every_row(self):
        _, bob = self.funded()
        code, data, _, shown, rows = self.dry_run(
            "pay.csv", f"to,amount,memo\nbob,1.5,for bread\n{bob},10,\n")
        self.assertEqual(data["rows"], [{"line": 2, "to": bob, "amount": "1.5", "memo": "for bread",
                                         "status": "ok", "errors": []},
                                        {"line": 3, "to": bob, "amount": "10", "memo": "", "status": "ok",
                                         "errors": []}])
        sums = {key: data[key] for key in ("total", "total_fee", "needed", "available", "missing")}
        self.assertEqual(sums, {"total": "11.5", "total_fee": "0", "needed": "11.5", "available": "150",
                                "missing": "0"})
        self.assertEqual((code, data["txid"], data["status"]), (0, None, "dry-run"))
        self.assertEqual([line.split()[0] for line in shown.lines if line],
                         ["line", "2", "3", "total", "fees", "needed", "available", "Would"])
        self.assertEqual(rows[0], ["line", "to", "amount", "memo", "address", "status"])
        self.assertEqual(rows[1:3], [["2", "bob", "1.5", "for bread", bob, "ok"],
                                     ["3", bob, "10", "", "", "ok"]])
        self.assertEqual([row[:3] for row in rows[3:]],
                         [["", "total", "11.5"], ["", "fees", "0"], ["", "needed", "11.5"],
                          ["", "available", "150"], ["", "missing", "0"]])

    def test_a_dry_run_lists_rows_in_order_beside_those_at_fault(self):
        self.funded()
        code, data, error, shown, rows = self.dry_run(
            "bad.csv", "bob,1.5\nnobody,1e3," + "x" * 300 + "\nbob,2,\"a, b\"\nbob\n")
        self.assertEqual((code, error["code"]), (4, "unknown_recipient"))
        self.assertIn("2 rows are at fault", error["message"])
        self.assertEqual([(row["line"], row["status"]) for row in data["rows"]],
                         [(1, "ok"), (2, "error"), (3, "ok"), (4, "error")])
        self.assertEqual([each["message"].split(":")[0] for each in data["rows"][1]["errors"]],
                         ["to", "amount", "memo"])
        self.assertEqual((data["rows"][1]["to"], data["rows"][1]["amount"]), ("nobody", "1e3"))
        self.assertEqual((data["total"], data["needed"], data["missing"]), ("3.5", "3.5", "0"))
        self.assertEqual([row[0] for row in rows[:5]], ["line", "1", "2", "3", "4"])
        self.assertEqual(rows[1][5], "ok")
        self.assertRegex(rows[2][5], "^to: .*; amount: .*; memo: ")
        self.assertEqual((rows[3][3], rows[3][5]), ("a, b", "ok"))
        self.assertRegex(shown.out, r"1 +bob .* ok\n")
        self.assertRegex(shown.out,
                         r"2 +nobody .* to: there is no contact .*; amount: '1e3' .*; memo: at most")
        self.assertIn("2 rows are at fault", shown.out)

    def test_a_dry_run_tells_what_is_missing(self):
        self.funded()
        code, data, error, shown, rows = self.dry_run("much.csv", "bob,100\nbob,100.5\n")
        self.assertEqual((code, error["code"]), (3, "insufficient_funds"))
        self.assertEqual([row["status"] for row in data["rows"]], ["ok", "ok"])
        self.assertEqual((data["needed"], data["available"], data["missing"]), ("200.5", "150", "50.5"))
        self.assertRegex(shown.out, r"missing +50.5 DCRN")
        self.assertEqual(rows[-1][:3], ["", "missing", "50.5"])

    def test_a_file_of_payments_is_text(self):
        self.funded()
        for content, line in ((b"\xff\xfe,1\n", 1), (b"bob,1\nbob,2,caf\xe9\nbob,3\n", 2),
                              ("bob,1\n".encode("utf-16"), 1)):
            with open(self.path("raw.csv"), "wb") as file:
                file.write(content)
            record = self.refused(2, "not_text", "send", "--file", self.path("raw.csv"))
            self.assertIn(f"line {line}: it is not UTF-8", record["error"]["message"])
        self.ok("send", "--file", self.write("good.csv", "\ufeffbob,1,café\n"))

    def test_an_address_is_no_wallet_to_pay_from(self):
        alice, _ = self.funded()
        record = self.refused(2, "bad_argument", "tx", "build", "bob", "1", "--from", alice, "--out",
                              self.path("x"))
        self.assertIn("--from: this is an address", record["error"]["message"])
        self.assertIn("public key", record["error"]["message"])
        record = self.refused(2, "bad_argument", "send", "bob", "1", "--from", alice)
        self.assertIn("--from: this is an address", record["error"]["message"])
        key = self.ok("wallet", "show", "alice")["public_key"]
        self.ok("tx", "build", "bob", "1", "--from", key, "--out", self.path("x"))

    def test_bump_and_cancel(self):
        self.funded()
        first = self.ok("send", "bob", "10")
        bumped = self.ok("tx", "bump", first["txid"], "--fee", "0.1")
        self.assertEqual((bumped["fee"], bumped["nonce"], bumped["replaced"]), ("0.1", 0, first["txid"]))
        self.assertEqual(self.balance()[1], "-10.1")
        second = self.ok("send", "bob", "5")
        self.ok("tx", "cancel", second["txid"])
        self.assertEqual(self.balance()[1], "-10.1")
        third = self.ok("send", "bob", "5")
        cancelled = self.ok("tx", "cancel", bumped["txid"])  # one waits behind it
        self.assertNotEqual(cancelled["txid"], None)
        self.ok("mine")
        self.assertEqual(self.balance("bob")[0], "5")
        self.refused(3, "already_confirmed", "tx", "bump", third["txid"])

    def test_a_payment_is_signed_elsewhere(self):
        made = self.ok("wallet", "new", "alice", "--no-password")
        self.wallets("bob")
        self.ok("mine", "2", "--to", "alice")
        self.ok("wallet", "export", "alice", "--pem", self.path("alice.pem"))
        self.ok("wallet", "remove", "alice", "--yes")
        built = self.ok("tx", "build", "bob", "5", "--from", made["public_key"], "--out", self.path("p"))
        self.assertEqual((built["from"], built["nonce"]), (made["address"], 0))
        self.refused(3, "not_signed", "tx", "broadcast", self.path("p"))
        self.refused(4, "unknown_sender", "tx", "sign", self.path("p"), "--out", self.path("s"))
        self.ok("wallet", "import", "again", "--pem", self.path("alice.pem"), "--no-password")
        signed = self.ok("tx", "sign", self.path("p"), "--out", self.path("s"))
        self.refused(1, "file_exists", "tx", "sign", self.path("p"), "--out", self.path("s"))
        self.assertEqual(self.ok("tx", "broadcast", self.path("s"))["txid"], signed["txid"])
        self.ok("mine")
        self.refused(3, "already_confirmed", "tx", "broadcast", self.path("s"))
        later = self.ok("tx", "build", "bob", "1", "--from", "again", "--nonce", "3", "--out",
                        self.path("p3"))
        self.assertEqual(later["nonce"], 3)
        self.ok("tx", "sign", self.path("p3"), "--out", self.path("s3"))
        self.refused(3, "nonce_gap", "tx", "broadcast", self.path("s3"))

    def test_lists_are_rows_in_csv(self):
        alice, _ = self.funded()
        self.ok("send", "bob", "1", "--memo", 'a,"b"')
        self.ok("mine")
        for words, first, count in ((["history"], "time", 5), (["address", "list"], "index", 1),
                                    (["wallet", "list"], "name", 2), (["tx", "list"], "txid", 1),
                                    (["chain", "show"], "height", 5), (["balance", "--all"], "wallet", 2)):
            for mode in ("csv", "plain"):
                with self.subTest(words=words, mode=mode):
                    text = self.expect(0, "--datadir", self.directory, "--output", mode, *words).out
                    rows = list(csv.reader(io.StringIO(text), delimiter="," if mode == "csv" else "\t"))
                    if mode == "csv":
                        self.assertEqual(rows.pop(0)[0], first)
                    self.assertEqual(len(rows), count, text)
                    self.assertEqual(len({len(row) for row in rows}), 1, text)
        rows = list(csv.reader(io.StringIO(self.expect(0, "--datadir", self.directory, "--output", "csv",
                                                       "history").out)))
        self.assertIn('a,"b"', rows[2])
        self.assertIn(alice, self.expect(0, "--datadir", self.directory, "--output", "csv", "address",
                                         "list").out)

    def test_a_machine_without_the_chain_signs(self):
        self.funded()
        there = ("--datadir", self.path("cold"), "--network", "dev", "--json")
        cold = self.expect(0, *there, "wallet", "new", "cold", "--no-password").data
        self.ok("send", cold["address"], "20")
        self.ok("mine")
        self.ok("tx", "build", "bob", "5", "--from", cold["public_key"], "--memo", "ä",
                "--out", self.path("p"))
        signed = self.expect(0, *there, "tx", "sign", self.path("p"), "--out", self.path("s")).data
        self.assertEqual((signed["amount"], signed["memo"]), ("5", "ä"))
        self.ok("tx", "broadcast", self.path("s"))
        self.refused(3, "already_known", "tx", "broadcast", self.path("s"))
        self.ok("mine")
        self.assertEqual(self.ok("balance", cold["address"])["confirmed"], "15")
        self.assertEqual(self.expect(0, *there, "chain", "status").data["height"], 0)

    def test_a_file_for_another_network_is_named(self):
        self.funded()
        self.ok("tx", "build", "bob", "5", "--out", self.path("p"))
        text = self.read("p")
        genesis = self.ok("network", "show")["id"]
        other = self.write("other", text.replace(genesis, "0" * 64))
        record = self.refused(1, "wrong_network", "tx", "sign", other, "--out", self.path("s"))
        self.assertIn("another network of the name dev", record["error"]["message"])
        none = self.write("none", text.replace('"genesis"', '"origin"'))
        self.refused(2, "bad_envelope", "tx", "sign", none, "--out", self.path("s"))
        self.assertFalse(os.path.exists(self.path("s")))

    def test_an_altered_payment_is_refused(self):
        self.funded()
        self.ok("tx", "build", "bob", "5", "--out", self.path("p"))
        self.ok("tx", "sign", self.path("p"), "--out", self.path("s"))
        text = self.write("t", self.read("s").replace('"signed":"01', '"signed":"02'))
        self.refused(2, "bad_envelope", "tx", "broadcast", text)

    def test_waiting_for_a_confirmation_ends_with_the_time(self):
        self.funded()
        record = self.refused(7, "timeout", "--timeout", "0.3", "send", "bob", "1", "--wait")
        self.assertEqual(len(record["error"]["txid"]), 64)
        self.assertEqual(self.balance()[1], "-1")
        script = self.write("s", "mine start\nsend bob 1 --wait 2\nmine stop\n")
        records = self.run_one("-f", script).records
        self.assertEqual(records[1]["data"]["status"], "confirmed")


class Documents(commands.CommandTest):
    def test_a_document_is_stored_and_found(self):
        self.funded()
        path = self.write("contract.txt", "a house for a horse\n")
        sha = hashlib.sha256(b"a house for a horse\n").hexdigest()
        added = self.ok("document", "add", path, "--title", "Lease")
        self.assertEqual((added["sha256"], added["size"], added["title"]), (sha, 20, "Lease"))
        record = self.refused(1, None, "document", "verify", path)
        self.assertEqual(record["data"]["found"], False)
        self.ok("mine")
        found = self.ok("document", "verify", path)
        self.assertEqual((found["found"], found["txid"], found["height"]), (True, added["txid"], 4))
        self.assertEqual(self.ok("document", "show", sha)["txid"], added["txid"])
        self.assertEqual(self.ok("document", "list")["documents"][0]["sha256"], sha)
        self.refused(4, "not_inline", "document", "show", sha, "--out", self.path("o"))
        self.refused(4, None, "document", "show", "ab" * 32)

    def test_content_is_kept_up_to_64_kib(self):
        self.funded()
        whole = os.urandom(65_536)
        with open(self.path("whole"), "wb") as file:
            file.write(whole)
        with open(self.path("larger"), "wb") as file:
            file.write(whole + b"x")
        self.refused(3, "document_too_large", "document", "add", self.path("larger"), "--inline")
        added = self.ok("document", "add", self.path("whole"), "--inline")
        self.ok("document", "add", self.path("larger"))
        self.ok("mine")
        self.ok("document", "show", added["txid"], "--out", self.path("back"))
        with open(self.path("back"), "rb") as file:
            self.assertEqual(file.read(), whole)

    def test_an_empty_file_is_known_by_its_hash(self):
        self.funded()
        added = self.ok("document", "add", self.write("empty", ""), "--inline")
        self.ok("mine")
        shown = self.ok("document", "show", added["txid"], "--out", self.path("back"))
        self.assertEqual((shown["document"]["inline"], shown["document"]["size"]), (True, 0))
        self.assertEqual(self.read("back"), "")

    def test_who_has_nothing_cannot_store(self):
        self.wallets("alice")
        self.refused(3, "unknown_sender", "document", "add", self.write("d", "x"))


if __name__ == "__main__":
    harness.main()
