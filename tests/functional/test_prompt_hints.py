"""Dim hints while a line is typed, and what Tab completes, typed at by tmux."""

import os
import re

import harness
from prompts import PromptCase, with_readline

DIM = "\x1b[2m"


class HintTest(PromptCase):
    def hint(self, screen, prompt, line, wanted):
        """Types, looks for the hint, checks that it is dim and behind the line, and gives the line up."""
        screen.send_text("main", line)
        row = screen.wait_for("main", lambda text: f"{prompt} {line}{wanted}" in text)
        styled = re.sub(r"\x1b\[(39|49)m", "", self.last_row(screen, styles=True))
        self.assertIn(f"{line.rstrip(' ')}", styled)
        self.assertIn(DIM, styled[styled.index(line.strip().split()[-1]):], row)
        screen.send_keys("main", "C-u")
        self.ready(screen, prompt)

    def test_who_is_refused_is_offered_to_be_let_in(self):
        screen = self.open()
        self.do(screen, "peers ban 192.168.1.20:9401")
        text = self.do(screen, "peers list")
        self.assertRegex(text, r"refused for 2[34]h\d\dm: 192\.168\.1\.20")
        screen.send_text("main", "peers unban ")
        screen.send_keys("main", "Tab")
        screen.wait_for("main", "peers unban 192.168.1.20")
        screen.send_keys("main", "Enter")
        screen.wait_for("main", "192.168.1.20 is let in again")
        self.ready(screen)

    def test_what_is_owed_and_what_is_true_stand_behind_the_line(self):
        screen = self.open()
        prompt = self.with_wallet(screen, 3)
        self.do(screen, "address show", prompt)
        address = re.search(r"dcrn1\w+", screen.capture("main")).group()
        for line, wanted in (("bal", "ance"), ("send ", "TO AMOUNT|all [--from WALLET]"),
                             ("send alice ", "AMOUNT|all"), ("send alice 3", "  of 150 available"),
                             ("send alice 151", "  ✗ more than the 150 available"),
                             ("send alice 3 --fee ", "A"), (f"send {address}", "  wallet alice"),
                             ("send crn1q", "  ✗ wrong network: an address of main"),
                             ("block show 4", "  ✗ beyond the tip, 3"),
                             ("wallet use bob", "  ✗ no such wallet")):
            with self.subTest(line):
                self.hint(screen, prompt, line, wanted)
        wrong = address[:12] + ("q" if address[12] != "q" else "p") + address[13:]
        self.hint(screen, prompt, f"send {wrong}", "  ✗ mistyped")
        self.hint(screen, prompt, f"send {wrong} 3", "  ✗ mistyped")
        self.hint(screen, prompt, "sned ", " ✗ unknown command")
        self.do(screen, "mine", "dev alice ● 4 0p>")
        self.hint(screen, "dev alice ● 4 0p>", "send alice 3", "  of 200 available")

    def test_a_hint_goes_with_the_line(self):
        screen = self.open()
        prompt = self.with_wallet(screen)
        screen.send_text("main", "sleep ")
        screen.wait_for("main", f"{prompt} sleep DURATION")
        screen.type_line("main", "0")
        text = screen.wait_for("main", lambda text: text.count(prompt) == 2)
        self.assertEqual([row.rstrip() for row in text.rstrip().splitlines()], [f"{prompt} sleep 0", prompt])
        screen.send_text("main", "sleep ")
        screen.wait_for("main", f"{prompt} sleep DURATION")
        screen.send_keys("main", "C-c")
        text = screen.wait_for("main", lambda text: text.count(prompt) == 3)
        self.assertEqual(text.count("DURATION"), 0, text)

    @with_readline
    def test_a_hint_stands_at_the_end_of_the_line_alone(self):
        screen = self.open()
        screen.send_text("main", "sleep ")
        screen.wait_for("main", "sleep DURATION")
        screen.send_keys("main", "Left")
        screen.wait_for("main", lambda text: "sleep" in text and "DURATION" not in text)
        screen.send_keys("main", "Right")
        screen.wait_for("main", "sleep DURATION")
        screen.send_keys("main", "C-a", "echo it then ", "Enter")
        screen.wait_for("main", "\nit then sleep\n")
        self.assertNotIn("DURATION", screen.capture("main"))

    def test_a_hint_never_wraps(self):
        for columns in (40, 80, 200):
            screen = self.open(columns)
            prompt = self.with_wallet(screen)
            line = "contacts add "
            screen.send_text("main", line)
            before = len(f"{prompt} {line}")
            seen = 0
            for typed in range(1, columns + 20):
                at = (before + typed) % columns
                if columns - 10 > at > 2 and at % 9:
                    screen.send_text("main", "x")
                    continue  # near the edge each length, elsewhere some
                screen.send_text("main", "x")
                text = screen.wait_for("main", lambda text, typed=typed: text.count("x") == typed)
                rows = [row for row in text.rstrip("\n").splitlines() if row.strip()]
                self.assertEqual(len(rows), -(-(before + typed) // columns), text)
                seen += " ADDR" in text
            self.assertGreater(seen, 3)
            screen.stop()

    def test_hints_can_be_off(self):
        for before, first in (("", "set hints off"), ("NO_COLOR=1", "echo"), ("TERM=dumb", "echo")):
            with self.subTest(before):
                screen = self.open(before=before)
                self.do(screen, first)
                screen.send_text("main", "sleep ")
                screen.send_text("main", "5")
                text = screen.wait_for("main", lambda text: text.rstrip().endswith("sleep 5"))
                self.assertNotIn("DURATION", text)
                screen.send_keys("main", "C-u")
                screen.send_text("main", "contacts add ")
                screen.send_text("main", "x")
                text = screen.wait_for("main", lambda text: text.rstrip().endswith("contacts add x"))
                self.assertNotIn("ADDRESS", text)
                screen.stop()

    def test_a_hint_is_gone_while_a_notice_is_written_and_comes_back(self):
        screen = self.open()
        self.with_wallet(screen)
        screen._tmux("pipe-pane", "-t", "test:main", f"cat > {self.path('bytes')}")
        screen.type_line("main", "mine start")
        screen.wait_for("main", "Mining in the background")
        screen.send_text("main", "contacts add bob ")
        screen.wait_for("main", "contacts add bob ADDRESS")
        screen.wait_for("main", lambda text: text.count("block") >= 4 and
                        text.rstrip().endswith("contacts add bob ADDRESS"))
        self.assertEqual(screen.capture("main", history=True).count("ADDRESS"), 1)
        # Byte by byte: what is written behind each hint begins by taking it away.
        with open(self.path("bytes"), "rb") as file:
            behind = file.read().split(b"ADDRESS\x1b[0m")[1:]
        self.assertGreaterEqual(len(behind), 4)
        for text in behind[:-1]:
            self.assertRegex(text, rb"^\x1b8\x1b\[K")


class CompletionTest(PromptCase):
    def completes(self, screen, prompt, line, wanted):
        screen.send_text("main", line)
        screen.wait_for("main", line.strip())
        screen.send_keys("main", "Tab")
        text = screen.wait_for("main", lambda text: f"{prompt} {wanted}" in text)
        screen.send_keys("main", "C-u")
        self.ready(screen, prompt)
        return text

    def test_tab_completes_what_lives(self):
        screen = self.open()
        prompt = self.with_wallet(screen, 2)
        self.do(screen, "wallet new savings --no-password", "dev savings ● 2 0p>")
        self.do(screen, "wallet use alice", prompt)
        screen.type_line("main", "send savings 5 --yes")
        self.ready(screen, prompt)
        screen.type_line("main", "tx list")
        self.ready(screen, prompt)
        txid = self.last_id(screen, prompt)
        for line, wanted in (("send sav", "send savings"), ("balance al", "balance alice"),
                             ("address check dcrn", "address check dcrn1"), ("block show 1", "block show 1"),
                             (f"tx show {txid[:6]}", f"tx show {txid}"), ("set outp", "set output"),
                             ("set output js", "set output json"), ("wait hei", "wait height")):
            with self.subTest(line):
                self.completes(screen, prompt, line, wanted)
        self.do(screen, "alias pay = send --priority high", prompt)
        self.completes(screen, prompt, "pay sav", "pay savings")

    def test_only_what_waits_is_offered_to_be_changed(self):
        screen = self.open()
        prompt = self.with_wallet(screen, 2)
        screen.type_line("main", "send alice 1 --yes")
        self.ready(screen, prompt)
        confirmed = self.last_id(screen, prompt)
        prompt = "dev alice ● 3 0p>"
        self.do(screen, "mine", prompt)
        screen.type_line("main", "clear")
        screen.wait_for("main", lambda text: text.strip() == prompt)
        screen.type_line("main", "send alice 1 --yes")
        screen.wait_for("main", lambda text: "Sent 1" in text and text.rstrip().endswith(prompt))
        waiting = self.last_id(screen, prompt)
        for command in ("tx bump", "tx cancel"):
            self.completes(screen, prompt, f"{command} ", f"{command} {waiting}")
        self.completes(screen, prompt, f"tx show {confirmed[:8]}", f"tx show {confirmed}")

    def last_id(self, screen, prompt):
        """The last id printed."""
        screen.type_line("main", "echo id=$_")
        text = screen.wait_for("main", lambda text: re.search(r"\nid=[0-9a-f]{64}", text))
        self.ready(screen, prompt)
        return re.search(r"\nid=([0-9a-f]{64})", text).group(1)

    def test_files_are_quoted_and_read_back(self):
        screen = self.open(before=f"cd {self.home};")
        self.write("with blank.cairn", "echo read back\n")
        self.write("it's.cairn", "echo that too\n")
        os.mkdir(self.path("some folder"))
        self.write("some folder/inside.cairn", "echo inside\n")
        for line, said in (("run with", "read back"), ("run 'with b", "read back"),
                           ('run "with b', "read back"), ("run it", "that too")):
            with self.subTest(line):
                screen.send_text("main", line)
                screen.wait_for("main", line)
                screen.send_keys("main", "Tab", "Enter")
                screen.wait_for("main", f"\n{said}\n")
                self.ready(screen)
                screen.type_line("main", "clear")
                screen.wait_for("main", lambda text: text.strip() == self.PROMPT)
        screen.send_text("main", "run some")
        screen.wait_for("main", "run some")
        screen.send_keys("main", "Tab")
        screen.wait_for("main", "run 'some folder/")
        screen.send_keys("main", "Tab", "Enter")
        screen.wait_for("main", "\ninside\n")

    def test_several_that_fit_are_shown_above_the_line(self):
        screen = self.open(columns=40)
        screen.send_text("main", "wallet ")
        screen.wait_for("main", "wallet ")
        screen.send_keys("main", "Tab")
        text = screen.wait_for("main", lambda text: "backup" in text and
                               "> wallet" in text.rstrip().splitlines()[-1])
        self.assertTrue(all(len(row) <= 40 for row in text.splitlines()))
        screen.send_text("main", "li")
        screen.send_keys("main", "Tab", "Enter")
        screen.wait_for("main", "no wallets yet")


if __name__ == "__main__":
    harness.main()
