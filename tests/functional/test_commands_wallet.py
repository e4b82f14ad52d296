"""Wallets, addresses, contacts and signed messages."""

import os
import signal
import stat
import subprocess

import commands
import harness
import qr


class Wallets(commands.CommandTest):
    def test_a_new_wallet_shows_its_words_once_and_becomes_current(self):
        data = self.ok("wallet", "new", "alice", "--no-password")
        self.assertEqual(set(data) & {"name", "address", "public_key", "mnemonic"},
                         {"name", "address", "public_key", "mnemonic"})
        self.assertEqual(len(data["mnemonic"].split()), 24)
        self.assertTrue(data["address"].startswith("dcrn1"))
        self.assertEqual(len(data["public_key"]), 64)
        twelve = self.ok("wallet", "new", "bob", "--words", "12", "--no-password")
        self.assertEqual(len(twelve["mnemonic"].split()), 12)
        wallets = self.ok("wallet", "list")["wallets"]
        self.assertEqual([(w["name"], w["current"], w["locked"]) for w in wallets],
                         [("alice", False, False), ("bob", True, False)])
        self.assertNotIn("mnemonic", str(wallets))

    def test_secrets_are_for_their_owner_alone(self):
        self.wallets("alice")
        for folder, _, names in os.walk(self.directory):
            self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700, folder)
            for name in names:
                if name.endswith(".wallet"):
                    self.assertEqual(stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode), 0o600)

    def test_a_wallet_restored_before_its_blocks_pays_from_later_addresses(self):
        words = self.write("words", "legal winner thank year wave sausage worth useful legal winner "
                           "thank yellow")
        self.ok("wallet", "restore", "alice", "--mnemonic-file", words, "--no-password")
        second = self.ok("address", "new")["address"]
        self.ok("wallet", "new", "bob", "--no-password")
        self.ok("wallet", "use", "alice")
        self.ok("mine")
        self.ok("send", second, "all")
        self.ok("mine", "--to", "bob")
        self.ok("chain", "export", self.path("chain"))
        for number, command in enumerate((["send", "bob", "49"], ["send", "bob", "all"],
                                          ["tx", "build", "bob", "49", "--out", self.path("built")])):
            with self.subTest(command=command):
                self.directory = self.path(f"later{number}")
                self.ok("wallet", "new", "bob", "--no-password")
                self.ok("wallet", "restore", "alice", "--mnemonic-file", words, "--no-password")
                self.ok("chain", "import", self.path("chain"))
                self.assertEqual(self.ok(*command)["from"], second)

    def test_a_wallet_is_restored_from_its_words_with_its_money(self):
        made = self.ok("wallet", "new", "alice", "--no-password")
        second = self.ok("address", "new")["address"]
        self.ok("mine", "2", "--to", second)
        words = self.write("words", made["mnemonic"].upper() + "\n")
        again = self.ok("wallet", "restore", "again", "--mnemonic-file", words, "--no-password")
        self.assertEqual(again["address"], made["address"])
        self.assertEqual(again["addresses"], 2)
        self.assertEqual(self.balance("again")[0], "100")

    def test_keys_go_out_and_in_as_pem(self):
        alice = self.ok("wallet", "new", "alice", "--no-password")
        self.ok("wallet", "export", "alice", "--pem", self.path("key.pem"))
        self.assertEqual(stat.S_IMODE(os.stat(self.path("key.pem")).st_mode), 0o600)
        made = subprocess.run(["openssl", "pkey", "-in", self.path("key.pem"), "-noout"], check=False)
        self.assertEqual(made.returncode, 0)
        self.refused(1, "file_exists", "wallet", "export", "alice", "--pem", self.path("key.pem"))
        copy = self.ok("wallet", "import", "copy", "--pem", self.path("key.pem"), "--no-password")
        self.assertEqual(copy["address"], alice["address"])
        self.assertIn("BEGIN PUBLIC KEY", self.ok("wallet", "export", "alice", "--public")["pem"])
        self.assertEqual(self.ok("wallet", "export", "alice", "--mnemonic"), {"name": "alice", "words": 24})
        shown = self.run_cairn("--datadir", self.directory, "wallet", "export", "alice", "--mnemonic")
        self.assertEqual(shown.lines, [alice["mnemonic"]])
        self.refused(2, None, "wallet", "export", "alice")

    def test_a_password_locks_and_can_be_changed(self):
        old, new = self.write("old", "first one\n"), self.write("new", "second one\n")
        self.ok("--password-file", old, "wallet", "new", "alice")
        self.assertTrue(self.ok("wallet", "show", "alice")["locked"])
        self.ok("mine")
        self.refused(5, None, "message", "sign", "hello")
        self.refused(5, "wrong_password", "--password-file", new, "message", "sign", "hello")
        self.ok("--password-file", old, "message", "sign", "hello")
        self.refused(5, None, "--password-file", old, "wallet", "password", "alice")
        self.refused(5, "wrong_password", "--password-file", new, "wallet", "password", "alice",
                     "--new-password-file", old)
        self.ok("--password-file", old, "wallet", "password", "alice", "--new-password-file", new)
        self.ok("--password-file", new, "message", "sign", "hello")
        self.refused(5, "wrong_password", "--password-file", old, "message", "sign", "hello")

    def test_an_interruption_is_heard_while_a_key_is_derived(self):
        self.ok("--password-file", self.write("first", "first\n"), "wallet", "new", "a")
        before = os.listdir(os.path.join(self.directory, "wallets"))
        for words in (["wallet", "new", "b"], ["wallet", "unlock", "a"]):
            pipe = self.path("pipe")
            os.mkfifo(pipe)
            with self.start("--datadir", self.directory, "--password-file", pipe, *words) as process:
                with open(pipe, "w", encoding="utf-8") as file:
                    file.write("first\n")
                process.kill(signal.SIGINT)
                self.assertEqual(process.wait(), 130)
            os.unlink(pipe)
        self.assertEqual(os.listdir(os.path.join(self.directory, "wallets")), before)

    def test_lock_and_unlock_hold_for_a_run(self):
        secret = self.write("secret", "a password\n")
        self.ok("--password-file", secret, "wallet", "new", "alice")
        script = self.write("s", "wallet unlock\nwallet list\nwallet lock\nwallet list\n")
        records = self.run_one("--password-file", secret, "-f", script).records
        self.assertEqual([r["data"]["wallets"][0]["locked"] for r in records[1::2]], [False, True])

    def test_without_a_terminal_a_new_password_is_not_asked_for(self):
        error = self.refused(5, None, "wallet", "new", "alice")["error"]
        said = error["message"] + error.get("hint", "")
        self.assertIn("--password-file", said)
        self.assertIn("--no-password", said)
        self.assertEqual(self.ok("wallet", "list")["wallets"], [])

    def test_names_change_and_wallets_go(self):
        self.wallets("alice", "bob")
        self.refused(1, "name_taken", "wallet", "new", "alice", "--no-password")
        self.refused(1, "name_taken", "wallet", "rename", "alice", "bob")
        self.refused(4, "not_found", "wallet", "use", "nobody")
        self.refused(2, "bad_name", "wallet", "new", "../x", "--no-password")
        self.ok("wallet", "rename", "alice", "anna")
        self.assertTrue(self.ok("wallet", "show", "anna")["current"])
        self.ok("wallet", "backup", self.path("copy"))
        self.refused(1, None, "wallet", "backup", self.path("copy"))
        self.refused(8, "needs_yes", "wallet", "remove", "anna")
        self.assertEqual(len(self.ok("wallet", "list")["wallets"]), 2)
        self.ok("wallet", "remove", "anna", "--yes")
        self.assertEqual([w["name"] for w in self.ok("wallet", "list")["wallets"]], ["bob"])
        self.refused(4, "no_wallet", "balance")


    def test_money_under_two_names_counts_once(self):
        words = self.ok("wallet", "new", "alice", "--no-password")["mnemonic"]
        self.ok("mine", "3")
        again = self.run_one("wallet", "restore", "up", "--no-password", "--mnemonic-file",
                             self.write("mn", words))
        self.assertEqual(again.code, 0)
        self.assertIn("The wallet alice holds the same keys", again.err)
        self.ok("wallet", "export", "alice", "--pem", self.path("pem"))
        pem = self.run_one("wallet", "import", "key", "--no-password", "--pem", self.path("pem"))
        self.assertIn("The wallet alice holds the same keys", pem.err)
        outcome = self.run_one("balance", "--all")
        self.assertEqual(outcome.data["confirmed"], "150")
        self.assertEqual([each["confirmed"] for each in outcome.data["balances"]], ["150"] * 3)
        self.assertIn("count once", outcome.err)

    def test_a_damaged_wallet_can_be_seen_renamed_and_removed(self):
        self.wallets("alice")
        self.ok("mine")
        file = self.path("node", "wallets", "tempty.wallet")
        self.write("node/wallets/tempty.wallet", "")
        outcome = self.run_one("balance", "--all")
        self.assertEqual(outcome.code, 11)
        record = outcome.records[0]
        self.assertEqual((record["error"]["code"], record["data"]["confirmed"]), ("damaged", "50"))
        self.assertIn(file, record["error"]["message"])
        self.assertIn("wallet remove", record["error"]["hint"])
        self.assertEqual([each["wallet"] for each in record["data"]["balances"]], ["alice", "tempty"])
        self.assertIn("50", self.run_cairn("--datadir", self.directory, "balance", "--all").out)
        self.assertIn(file, self.refused(11, "damaged", "balance", "tempty")["error"]["message"])
        self.ok("wallet", "rename", "tempty", "broken")
        self.refused(8, "needs_yes", "wallet", "remove", "broken")
        self.ok("wallet", "remove", "broken", "--yes")
        self.assertEqual(self.ok("balance", "--all")["confirmed"], "50")


class Addresses(commands.CommandTest):
    def test_an_address_that_a_restore_would_miss_is_told_of(self):
        words = self.ok("wallet", "new", "alice", "--no-password")["mnemonic"]
        for _ in range(19):
            self.assertEqual(self.run_one("address", "new").err, "")
        outcome = self.run_one("address", "new")
        self.assertIn("wallet restore", outcome.err)
        self.assertIn("--addresses 21", outcome.err)
        for _ in range(24):
            far = self.ok("address", "new")["address"]
        self.ok("mine")
        self.ok("wallet", "new", "payer", "--no-password")
        self.ok("mine")
        self.ok("send", far, "7")
        self.ok("mine")
        self.ok("wallet", "remove", "alice", "--yes")
        mnemonic = self.write("mn", words)
        self.ok("wallet", "restore", "one", "--no-password", "--mnemonic-file", mnemonic)
        self.assertEqual(self.ok("balance", "one")["confirmed"], "50")
        self.ok("wallet", "remove", "one", "--yes")
        restored = self.ok("wallet", "restore", "two", "--no-password", "--mnemonic-file", mnemonic,
                           "--addresses", "30")
        self.assertEqual(restored["addresses"], 45)
        self.assertEqual(self.ok("balance", "two")["confirmed"], "57")

    def test_addresses_are_made_listed_and_shown(self):
        address = self.wallets("alice")[0]
        second = self.ok("address", "new", "--label", "rent")
        self.assertEqual(second["index"], 1)
        self.assertEqual([(a["address"], a["label"]) for a in self.ok("address", "list")["addresses"]],
                         [(address, ""), (second["address"], "rent")])
        self.assertEqual(self.ok("address", "show")["address"], address)
        shown = self.run_cairn("--datadir", self.directory, "address", "show", "--qr")
        self.assertIn("cairn:" + address, shown.out)
        self.assertEqual(qr.read(shown.out), ["cairn:" + address])
        coloured = self.run_cairn("--datadir", self.directory, "--color", "always", "address", "show", "--qr")
        picture = [line for line in coloured.out.splitlines() if "▀" in line]
        self.assertTrue(all(line.startswith("\x1b[97;40m") for line in picture), coloured.out)

    def test_check_says_what_is_wrong(self):
        address = self.wallets("alice")[0]
        self.assertTrue(self.ok("address", "check", address)["valid"])
        swapped = address[:-1] + ("q" if address[-1] != "q" else "p")
        record = self.refused(1, "bad_address", "address", "check", swapped)
        self.assertFalse(record["data"]["valid"])
        main = self.run_cairn("--datadir", self.path("main"), "--json", "wallet", "new", "m", "--no-password")
        self.refused(2, "wrong_network_address", "send", f"cairn:{main.data['address']}?amount=1")
        self.refused(2, "bad_address", "send", f"cairn:{swapped}?amount=1")
        record = self.refused(1, "wrong_network_address", "address", "check", main.data["address"])
        told = self.run_cairn("--datadir", self.directory, "address", "check", main.data["address"])
        self.assertEqual(told.err, record["error"]["hint"] + "\n")
        self.assertIn("main", record["data"]["message"])

    def test_contacts(self):
        alice, bob = self.wallets("alice", "bob")
        self.ok("contacts", "add", "shop", bob)
        self.refused(1, "name_taken", "contacts", "add", "shop", alice)
        self.refused(1, "address_taken", "contacts", "add", "store", bob)
        self.refused(2, "bad_address", "contacts", "add", "x", bob[:-1])
        self.assertEqual(self.ok("contacts", "show", "shop")["address"], bob)
        self.ok("contacts", "rename", "shop", "store")
        self.refused(4, "not_found", "contacts", "show", "shop")
        self.assertEqual(self.ok("contacts", "list")["contacts"], [{"name": "store", "address": bob}])
        self.ok("contacts", "remove", "store")
        self.refused(4, "not_found", "contacts", "remove", "store")

    def test_messages_prove_who_wrote_them(self):
        alice, bob = self.wallets("alice", "bob")
        signed = self.ok("message", "sign", "I owe Bob 5")
        self.assertEqual(signed["address"], alice)
        self.assertTrue(self.ok("message", "verify", alice, signed["signature"], "I owe Bob 5")["valid"])
        for address, text in ((alice, "I owe Bob 6"), (bob, "I owe Bob 5")):
            record = self.refused(1, None, "message", "verify", address, signed["signature"], text)
            self.assertFalse(record["data"]["valid"])
        self.refused(2, None, "message", "verify", alice, "abc", "text")


if __name__ == "__main__":
    harness.main()
