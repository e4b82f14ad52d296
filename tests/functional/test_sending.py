"""What is told before coins go: the memo, the rows of a file, look-alikes of contacts, high fees."""

import commands
import harness
import prompts

# Made up: they begin and end alike.
REAL = "dcrn1qu6kerzxq673zpdu4hjtvqwn8uhtqcma354rjgr"
ALIKE = "dcrn1quu67ukjwxw9tdd09capk9n6ky4vj2wuntnrjgr"


class Warnings(commands.CommandTest):
    def setUp(self):
        super().setUp()
        self.funded()
        self.ok("contacts", "add", "shop", REAL)

    def told(self, code, *words):
        """What stands on standard error."""
        return self.expect(code, "--datadir", self.directory, *words).err

    def test_a_dry_run_shows_the_memo(self):
        for words in (["bob", "1", "--memo", "rent"],
                      [f"cairn:{REAL}?amount=1&memo=rent"]):
            out = self.run_cairn("--datadir", self.directory, "send", *words, "--dry-run").out
            self.assertIn(', with the memo "rent" for everybody to read, fee ', out)
        out = self.run_cairn("--datadir", self.directory, "send", "bob", "1", "--dry-run").out
        self.assertNotIn("memo", out)

    def test_the_alarm_names_both_addresses(self):
        alarm = f"{ALIKE} looks like the address of shop, but is another one: shop's is {REAL}"
        self.assertIn(alarm, self.told(8, "send", ALIKE, "1"))
        self.assertIn(alarm, self.told(0, "send", ALIKE, "1", "--dry-run"))
        self.assertIn(alarm, self.told(0, "tx", "build", ALIKE, "1", "--out", self.path("p")))
        self.assertIn(alarm, self.told(8, "tx", "sign", self.path("p"), "--out", self.path("s")))
        self.assertIn(alarm, self.told(0, "tx", "sign", self.path("p"), "--out", self.path("s"), "--yes"))
        self.assertEqual(self.told(0, "tx", "build", REAL, "1", "--out", self.path("p2")), "")
        self.assertEqual(self.told(0, "tx", "sign", self.path("p2"), "--out", self.path("s2")), "")

    def test_signing_tells_of_a_high_fee(self):
        self.ok("tx", "build", "bob", "1", "--fee", "0.1", "--memo", "rent", "--out", self.path("p"))
        record = self.refused(8, "needs_yes", "tx", "sign", self.path("p"), "--out", self.path("s"))
        self.assertIn("The fee is above 5 % of the amount. Sign a payment of 1 DCRN to bob, with the memo "
                      '"rent" for everybody to read, fee 0.1 DCRN', record["error"]["message"])
        self.assertNotIn("leaving", record["error"]["message"])
        self.ok("tx", "sign", self.path("p"), "--out", self.path("s"), "--yes")


    def test_a_high_fee_of_a_document_must_be_agreed_to(self):
        file = self.write("deed", "text")
        record = self.refused(8, "needs_yes", "document", "add", file, "--fee", "20")
        self.assertIn("The fee is above ten times that of --priority high.", record["error"]["message"])
        self.ok("document", "add", file, "--fee", "0.01")
        self.ok("document", "add", file, "--fee", "20", "--yes")


class Questions(prompts.PromptCase):
    def test_the_rows_and_the_memo_stand_before_the_question(self):
        rows = self.write("pay.csv", f"{REAL},1.5,for bread\nalice,2,kept\n")
        screen = self.open(columns=120)
        prompt = self.with_wallet(screen, blocks=1)
        screen.type_line("main", f"send --file {rows}")
        shown = screen.wait_for("main", lambda text: text.rstrip().endswith("[y/N]"))
        self.assertRegex(shown, rf"1 +{REAL} +1\.5 +for bread\n *2 +alice +2 +kept ")
        self.assertLess(shown.index("for bread"), shown.index("Send 3.5 DCRN to 2 recipients, fee"))
        screen.type_line("main", "n")
        self.ready(screen, prompt)
        screen.type_line("main", f'send {REAL} 1 --memo "rent, May"')
        shown = screen.wait_for("main", lambda text: text.rstrip().endswith("[y/N]"))
        self.assertIn(', with the memo "rent, May" for everybody to read, fee', " ".join(shown.split()))
        screen.type_line("main", "n")
        self.ready(screen, prompt)


if __name__ == "__main__":
    harness.main()
