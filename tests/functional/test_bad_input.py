"""What is wrong is refused: the right exit code, one clear message, nothing lost, no partial effect."""

import json
import os
import resource
import shutil
import subprocess

import commands
import harness

AMOUNTS = ["-5", "-0.1", "1e3", "1E3", "NaN", "inf", "0x10", "1.123456789", "0.000000001", "0", "0.0",
           "99999999999999999999", "184467440737.09551616", "1,5", ".5", "5.", "5 CRN", "+5", "", " ", "abc",
           "१"]


class BadInput(commands.CommandTest):
    def refused_without_effect(self, *arguments, **options):
        before = self.ok("balance", "--all"), self.ok("mempool", "show"), self.ok("chain", "status")
        record = self.refused(*arguments, **options)
        after = self.ok("balance", "--all"), self.ok("mempool", "show"), self.ok("chain", "status")
        self.assertEqual(before, after)
        return record

    def test_amounts(self):
        self.funded()
        for amount in AMOUNTS:
            with self.subTest(amount=amount):
                record = self.refused(2, None, "send", "bob", amount)
                self.assertIn("amount", record["error"]["message"])
        for fee in AMOUNTS:
            if fee not in ("0", "0.0"):
                with self.subTest(fee=fee):
                    record = self.refused(2, None, "send", "bob", "1", "--fee", fee)
                    self.assertIn("fee", record["error"]["message"])
        self.assertEqual(self.ok("mempool", "show")["count"], 0)

    def test_numbers(self):
        self.funded()
        for words in (["mine", "1.5"], ["mine", "99999999999"], ["mine", "x"],
                      ["chain", "show", "--last", "-1"],
                      ["balance", "--at", "99999999999"], ["history", "--limit", "0"],
                      ["history", "--since", "31.12.2026"], ["block", "show", "-1"],
                      ["wallet", "new", "x", "--words", "13"], ["wallet", "unlock", "--for", "soon"]):
            with self.subTest(words=words):
                self.refused(2, None, *words)

    def test_addresses(self):
        _, bob = self.funded()
        wrong = bob[:-3] + ("q" if bob[-3] != "q" else "p") + bob[-2:]
        record = self.refused_without_effect(2, "bad_address", "send", wrong, "1")
        self.assertIn("mistyped", record["error"]["message"])
        self.refused(2, "bad_address", "send", bob[:-1], "1")
        self.refused(2, "bad_address", "contacts", "add", "x", wrong)
        self.refused(2, "bad_address", "send", "dcrn1xyz12345", "1")
        main = self.run_cairn("--scratch", "--network", "main", "--json", "wallet", "new", "m",
                              "--no-password").data
        record = self.refused_without_effect(2, "wrong_network_address", "send", main["address"], "1")
        self.assertIn("network", record["error"]["message"])
        self.refused(2, None, "send", f"cairn:{main['address']}?amount=1")
        self.refused(2, None, "send", f"cairn:{bob}?amount=-1")
        self.refused(2, None, "send", f"cairn:{bob}?amount=1&req-x=1")

    def test_what_to_do_next_is_told(self):
        self.funded()
        for code, words, hint in ((2, ["mine", "-1"], "see `mine --help`"),
                                  (4, ["balance", "--at", "99"], "chain status"),
                                  (2, ["--listen", "x", "balance"], "see `cairn --help`"),
                                  (1, ["wallet", "new", "bob", "--no-password"], "another name"),
                                  (4, ["wallet", "use", "carol"], "wallet list"),
                                  (4, ["tx", "show", "0" * 64], "tx list"),
                                  (4, ["contacts", "remove", "carol"], "contacts list"),
                                  (2, ["send", "bob", "1", "--memo", "x" * 300], "see `send --help`"),
                                  (2, ["address", "show", "zz"], "address check")):
            with self.subTest(words=words):
                record = self.refused(code, None, *words)
                self.assertIn(hint, record["error"]["hint"])

    def test_what_contradicts_itself(self):
        _, bob = self.funded()
        uri = f"cairn:{bob}?amount=3"
        record = self.refused_without_effect(2, "bad_argument", "send", uri, "2")
        self.assertIn("3 DCRN", record["error"]["message"])
        self.refused_without_effect(2, "bad_argument", "send", uri, "all")
        self.refused(2, "bad_argument", "tx", "build", uri, "2", "--out", self.path("x"))
        self.assertEqual(self.ok("send", uri, "3.0", "--dry-run")["amount"], "3")
        for words in (["send", "bob", "1"], ["document", "add", self.write("d", "x")],
                      ["tx", "build", "bob", "1", "--out", self.path("x")]):
            self.refused_without_effect(2, "bad_argument", *words, "--fee", "0.01", "--priority", "low")
        self.assertFalse(os.path.exists(self.path("x")))

    def test_names(self):
        self.funded()
        self.refused_without_effect(4, "unknown_recipient", "send", "nobody", "1")
        self.refused(4, "not_found", "send", "bob", "1", "--from", "nobody")
        self.refused(4, "not_found", "--wallet", "nobody", "balance")
        self.refused(4, None, "balance", "nobody")
        self.refused(4, None, "history", "nobody")
        for name in ("", "a b", "a/b", "..", "x" * 33, "näme", "-x"):
            with self.subTest(name=name):
                self.refused(2, None, "contacts", "add", name, self.ok("wallet", "show")["address"])
                self.refused(2, None, "wallet", "new", "--no-password", "--", name)

    def test_texts(self):
        self.funded()
        self.refused_without_effect(2, "bad_argument", "send", "bob", "1", "--memo", "x" * 256)
        self.ok("send", "bob", "1", "--memo", "ä" * 127)
        self.refused(2, None, "document", "add", self.write("d", "x"), "--title", "x" * 256)
        raw = subprocess.run([harness.binary(), "--datadir", self.directory, "send", "bob", "1", "--memo",
                              b"\xff\xfe"], env=self.environment, cwd=self.home, stdin=subprocess.DEVNULL,
                             capture_output=True, check=False)
        self.assertEqual(raw.returncode, 2, raw.stderr)

    def test_funds_and_nonces(self):
        self.funded()
        self.refused_without_effect(3, "insufficient_funds", "send", "bob", "150.00000001")
        self.refused_without_effect(3, "insufficient_funds", "send", "bob", "150", "--fee", "0.00000001")
        self.refused_without_effect(3, "insufficient_funds", "send", "alice", "1", "--from", "bob")
        self.ok("send", "bob", "100")
        self.refused_without_effect(3, "insufficient_funds", "send", "bob", "50.00000001")
        self.ok("tx", "build", "bob", "1", "--nonce", "7", "--out", self.path("gap"))
        self.ok("tx", "sign", self.path("gap"), "--out", self.path("signed"))
        record = self.refused_without_effect(3, "nonce_gap", "tx", "broadcast", self.path("signed"))
        self.assertIn("1", record["error"]["message"])

    def test_passwords(self):
        secret, wrong = self.write("secret", "right\n"), self.write("wrong", "left\n")
        self.ok("--password-file", secret, "wallet", "new", "alice")
        self.ok("wallet", "new", "bob", "--no-password")
        self.ok("wallet", "use", "alice")
        self.ok("mine")
        self.refused_without_effect(5, None, "send", "bob", "1")
        self.refused_without_effect(5, "wrong_password", "--password-file", wrong, "send", "bob", "1")
        self.refused(4, None, "--password-file", self.path("none"), "send", "bob", "1")
        self.refused(5, None, "wallet", "export", "--mnemonic")
        self.ok("--password-file", secret, "send", "bob", "1")

    def test_files_that_cannot_be_read(self):
        self.funded()
        missing = self.path("missing")
        for words in (["document", "add"], ["document", "verify"], ["chain", "import"], ["tx", "broadcast"],
                      ["send", "--file"], ["wallet", "restore", "x", "--no-password", "--mnemonic-file"],
                      ["wallet", "import", "x", "--no-password", "--pem"]):
            with self.subTest(words=words):
                self.refused_without_effect(4, "file_not_found", *words, missing)
                self.refused_without_effect(1, "unreadable_file", *words, self.home)
                self.refused_without_effect(1, "unreadable_file", *words, "/dev/full")
        self.assertEqual(len(self.ok("wallet", "list")["wallets"]), 2)

    def test_files_that_cannot_be_written(self):
        self.funded()
        self.ok("send", "bob", "1")
        nowhere = self.path("no", "such", "place")
        for words in (["chain", "export"], ["history", "--csv"], ["wallet", "export", "--pem"],
                      ["tx", "build", "bob", "1", "--out"], ["network", "new"]):
            with self.subTest(words=words):
                self.assertTrue(self.refused(1, "disk_full", *words, "/dev/full")["error"]["hint"])
                self.refused(1, "unwritable_file", *words, self.home)
                self.refused(4, "file_not_found", *words, nowhere)
        self.assertEqual([name for name in os.listdir(self.home) if name.endswith(".tmp")], [])

    def test_words_and_keys_that_are_none(self):
        self.wallets("alice")
        words = " ".join(["abandon"] * 12)
        for text in ("", "one two", words, words.replace("abandon", "abandonn", 1)):
            with self.subTest(text=text):
                self.refused(2, "bad_mnemonic", "wallet", "restore", "x", "--no-password", "--mnemonic-file",
                             self.write("w", text))
        for text in ("", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"):
            self.refused(2, "bad_pem", "wallet", "import", "x", "--no-password", "--pem",
                         self.write("k", text))
        self.assertEqual(len(self.ok("wallet", "list")["wallets"]), 1)

    def test_a_damaged_wallet_hides_no_other(self):
        self.wallets("alice", "bob")
        path = os.path.join(self.directory, "wallets", "bob.wallet")
        with open(path, "r+b") as file:
            file.truncate(os.path.getsize(path) // 2)
        before = os.stat(path)
        self.refused(11, "damaged", "wallet", "show", "bob")
        wallets = self.ok("wallet", "list")["wallets"]
        self.assertEqual([w["address"] is None for w in wallets], [False, True])
        self.assertEqual((os.stat(path).st_size, os.stat(path).st_mtime_ns),
                         (before.st_size, before.st_mtime_ns))

    def test_a_wallet_altered_at_any_place_is_damaged(self):
        self.wallets("alice", "bob")
        path = os.path.join(self.directory, "wallets", "bob.wallet")
        with open(path, "rb") as file:
            good = file.read()
        for place in [*range(12), 40, len(good) - 1]:  # magic, version, what follows
            with self.subTest(place=place):
                with open(path, "wb") as file:
                    file.write(good[:place] + bytes([good[place] ^ 1]) + good[place + 1:])
                self.refused(11, "damaged", "wallet", "show", "bob")
        with open(path, "wb") as file:
            file.write(good)
        self.ok("wallet", "show", "bob")

    def test_a_file_is_no_data_directory(self):
        place = self.write("afile", "mine\n")
        for words in (["balance"], ["wallet", "list"], ["network", "show"]):
            outcome = self.run_cairn("--datadir", place, "--json", *words)
            error = outcome.records[0]["error"]
            self.assertEqual((outcome.code, error["code"]), (1, "not_a_directory"), str(outcome))
            self.assertIn("is a file", error["message"])
            self.assertIn("--datadir DIR", error["hint"])
        self.assertEqual(self.read("afile"), "mine\n")

    def test_a_second_process_is_told_who_holds_the_place(self):
        self.wallets("alice")
        with self.start("--datadir", self.directory, "--json") as node:
            self.assertTrue(node.ask("mine")["ok"])
            record = self.refused(10, None, "mine")
            self.assertIn(str(node.pid), record["error"]["message"])
            node.close_input()
            self.assertEqual(node.wait(), 0)
        self.assertEqual(self.ok("chain", "status")["height"], 1)

    def test_the_network_of_a_place_stays(self):
        self.wallets("alice")
        outcome = self.run_cairn("--datadir", self.directory, "--network", "main", "--json", "balance")
        self.assertEqual((outcome.code, outcome.records[0]["error"]["code"]), (1, "wrong_network"),
                         str(outcome))
        self.assertEqual(self.run_cairn("--datadir", self.directory, "--json", "balance").code, 0)


class GenesisFiles(commands.CommandTest):
    def setUp(self):
        super().setUp()
        self.ok("network", "new", self.path("good.json"), "--name", "club")
        self.good = json.loads(self.read("good.json"))

    def refused_file(self, text, word):
        path = self.write("bad.json", text)
        outcome = self.run_cairn("--datadir", self.path("place"), "--network", path, "--json", "chain",
                                 "status")
        self.assertEqual(outcome.code, 2, str(outcome))
        self.assertIn(word, outcome.records[0]["error"]["message"])
        self.assertFalse(os.path.exists(self.path("place", "blocks")))

    def test_every_key_is_needed_and_no_other_is_taken(self):
        for key in self.good:
            with self.subTest(missing=key):
                self.refused_file(json.dumps({k: v for k, v in self.good.items() if k != key}), key)
        self.refused_file(json.dumps({**self.good, "colour": "red"}), "colour")
        twice = json.dumps(self.good)
        self.refused_file(twice[:-1] + ', "halving": 5}', "halving")

    def test_values_of_the_wrong_kind(self):
        for key, value in (("interval_ms", "15 s"), ("interval_ms", -1), ("halving", 0), ("subsidy", 50),
                           ("subsidy", "-1"), ("limit", "0x00000000"), ("prefix", "A B"),
                           ("consensus", "luck"),
                           ("allocations", [{"address": "x", "amount": "1"}]), ("time", "today"),
                           ("name", 5), ("max_block_bytes", 1e30)):
            with self.subTest(key=key, value=value):
                self.refused_file(json.dumps({**self.good, key: value}), key)
        for text in ("", "[]", "{", "null", "\x00"):
            with self.subTest(text=text):
                path = self.write("bad.json", text)
                outcome = self.run_cairn("--datadir", self.path("place"), "--network", path, "chain",
                                         "status")
                self.assertEqual(outcome.code, 2, str(outcome))

    def test_a_file_that_is_none(self):
        for path, code in ((self.path("missing.json"), 4), (self.home, 2)):
            outcome = self.run_cairn("--datadir", self.path("place"), "--network", path, "chain", "status")
            self.assertEqual(outcome.code, code, str(outcome))


class LargestFile(commands.CommandTest):
    """Where the shell allows files of a certain size alone (ulimit -f)."""

    def test_is_told_and_loses_nothing(self):
        self.funded()
        limit = os.path.getsize(os.path.join(self.directory, "index", "data.mdb"))
        made = subprocess.run([harness.binary(), "--datadir", self.directory, "--json", "mine", "1000"],
                              env=self.environment, cwd=self.home, stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, check=False, timeout=harness.DEADLINE_S,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        self.assertEqual(made.returncode, 1, made)
        self.assertEqual(made.stderr.count("error:"), 1, made)
        self.assertIn("File too large", made.stderr)
        self.assertTrue(self.ok("chain", "verify", "--full")["valid"])
        self.ok("mine")


class FullDisk(commands.CommandTest):
    """On a small file system in memory; where mounting is not permitted it says that it was left out."""

    def setUp(self):
        super().setUp()
        self.disk = self.path("disk")
        os.mkdir(self.disk)
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m,mode=0700", "tmpfs", self.disk],
                              capture_output=True, check=False)
        if made.returncode != 0:
            self.skipTest("mounting a tmpfs is not permitted here")
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk], check=True)
        self.directory = os.path.join(self.disk, "node")

    def fill(self):
        with open(os.path.join(self.disk, "ballast"), "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 65_536)
            except OSError:
                pass

    def test_a_full_disk_loses_nothing(self):
        self.funded()
        before = self.ok("wallet", "list")["wallets"], self.ok("chain", "status")["tip"]
        self.fill()
        for words in (["wallet", "new", "carol", "--no-password"], ["mine", "50"],
                      ["chain", "export", os.path.join(self.disk, "c")]):
            with self.subTest(words=words):
                outcome = self.run_one(*words)
                self.assertEqual(outcome.code, 1, str(outcome))
                self.assertIn("full", outcome.err, str(outcome))
        sent = self.run_one("send", "bob", "1")  # a small record may still find room
        self.assertIn(sent.code, (0, 1), str(sent))
        os.remove(os.path.join(self.disk, "ballast"))
        self.assertEqual(self.ok("mempool", "show")["count"], 1 if sent.code == 0 else 0)
        self.assertEqual(self.ok("wallet", "list")["wallets"], before[0])
        self.assertTrue(self.ok("chain", "verify", "--full")["valid"])
        self.ok("mine")

    def test_a_full_disk_is_told_once_by_the_line_that_met_it(self):
        self.funded()
        self.fill()
        script = "echo first\nmine 50\n"
        outcome = self.run_cairn("--datadir", self.directory, "--json", stdin=script)
        self.assertEqual([record["seq"] for record in outcome.records], [1, 2], str(outcome))
        failed = outcome.records[1]
        self.assertEqual((failed["cmd"], failed["line"], failed["error"]["code"]), ("mine", 2, "disk_full"))
        self.assertIn("no space left on the device", failed["error"]["message"])
        self.assertEqual(outcome.err.count("error:"), 1, outcome.err)
        self.assertEqual(outcome.code, 1)

    def test_an_index_that_finds_no_room_names_the_disk(self):
        self.funded()
        shutil.rmtree(os.path.join(self.directory, "index"))
        self.fill()
        outcome = self.run_one("balance")  # makes the index anew
        self.assertEqual(outcome.code, 1, str(outcome))
        self.assertEqual([record["error"]["code"] for record in outcome.records], ["disk_full"])
        self.assertIn("no space left on the device", outcome.err)

    def test_a_read_only_disk_is_named(self):
        self.funded()
        tip = self.ok("chain", "status")["tip"]
        subprocess.run(["mount", "-o", "remount,ro", self.disk], check=True)
        outcome = self.run_one("mine")
        self.assertEqual(outcome.code, 1, str(outcome))
        self.assertIn("read-only", outcome.err, str(outcome))
        subprocess.run(["mount", "-o", "remount,rw", self.disk], check=True)
        self.assertEqual(self.ok("chain", "status")["tip"], tip)


if __name__ == "__main__":
    harness.main()
