"""Notices above the line being typed: whatever is typed, however wide the terminal, in a flood of blocks and
through resizes, the line stays as it is, and nothing else is on the screen than was written there."""

import os
import re
import signal
import time
from pathlib import Path

import harness
from nodes import Node, TRIVIAL
from prompts import PromptCase, with_readline

WIDTHS = (40, 80, 200)
NOTICE = re.compile(r"(block \d+|\d+ blocks up to \d+), \d+ transactions?(; .*)?$")
RECEIVED = re.compile(r"received [\d.]+ DCRN from dcrn1\w+ in block \d+")
# CJK, emoji, combining marks, and what is as wide as ASCII: each again and again, to pass the edge anywhere.
WIDE = "漢字かな交じり文 grüße 한국어 😀 e\u0301o\u0308 привет "


def wide_line(columns, rows=2.5):
    text = ""
    while len(text) < columns * rows / 1.5:
        text += WIDE
    return text.rstrip()


class LaneCase(PromptCase):
    def open_flooded(self, columns, rows=50):
        """A prompt with more blocks than may be shown one by one."""
        if self.network == "dev":  # as dev in all that shows, but quicker
            self.network = self.path("quick.json")
            self.expect(0, "network", "new", self.network, "--name", "dev", "--ticker", "DCRN",
                        "--prefix", "dcrn", "--interval", "200ms", *TRIVIAL)
        screen = self.open(columns, rows)
        self.with_wallet(screen)
        # A terminal that wraps its rows anew scrolls what is at its top away: the prompt is at the bottom.
        screen.type_line("main", "set pager off")
        for _ in range(3):
            screen.type_line("main", "help")
            self.ready(screen, "dev alice ● 0 0p>")
        screen.type_line("main", "mine start")
        screen.wait_for("main", "background")
        return screen

    def rows(self, screen, everything=True):
        """All lines so far as they were written, without the rows' ends; blank ones left out."""
        history = ["-S", "-"] if everything else []
        text = screen._tmux("capture-pane", "-p", "-J", *history, "-t", "test:main")
        return [line.rstrip() for line in text.splitlines() if line.strip()]

    def count(self, screen):
        return sum(bool(NOTICE.match(row)) for row in self.rows(screen))

    def after_notices(self, screen, number=2):
        """Waits for so many showings more."""
        before = self.count(screen)
        screen.wait_for("main", lambda _: self.count(screen) >= before + number)

    def check(self, screen, line):
        """The line stands once, at the bottom, whole; above are notices and what was there before."""
        end = time.monotonic() + harness.DEADLINE_S
        while True:  # until a screen is caught that is not just being written
            rows = self.rows(screen)
            wrong = self.what_is_wrong(rows, line)
            if not wrong:
                return
            self.assertLess(time.monotonic(), end, f"{wrong}\n" + "\n".join(rows))

    def what_is_wrong(self, rows, line):
        prompt = re.compile(r"dev alice ● \d+ 0p> ")
        begun = next((i for i, row in enumerate(rows) if "Mining" in row or "background" in row), 0)
        if begun + 1 >= len(rows):
            return "the screen is just being drawn"
        begun += re.fullmatch(r"dcrn1\w+\.", rows[begun + 1]) is not None  # of the same answer
        after = rows[begun + 1:]
        if not after or not prompt.match(after[-1]):
            return "the prompt is not at the bottom"
        shown = prompt.sub("", after[-1], count=1)
        if any(ord(letter) > 0x1100 for letter in line):
            # A wide one leaves the last column of a row blank. A mark combined with the last character of a
            # row is drawn by Readline in the next one, where terminals drop it: of the drawing alone.
            shown, line = (re.sub("[ \u0301\u0308]", "", text) for text in (shown, line))
        if shown != line:
            return f"the line is not {line!r}"
        for row in after[:-1]:
            if not NOTICE.match(row) and not RECEIVED.match(row):
                return f"what is this? {row!r}"
        return None

    def resize(self, screen, columns, line):
        """tmux wraps its rows at once, but may tell the program a quarter of a second later. What is written
        for the old width in between stands wrongly, whoever writes it: so the program is held meanwhile."""
        children = f"/proc/{screen.pid_of('main')}/task/{screen.pid_of('main')}/children"
        pid = int(Path(children).read_text(encoding="ascii").split()[0])
        end = time.monotonic() + harness.DEADLINE_S
        while True:
            os.kill(pid, signal.SIGSTOP)
            shown = [self.rows(screen) for _ in range(3)]  # tmux reads what was written between two answers
            if shown[-1] == shown[-2] and not self.what_is_wrong(shown[-1], line):
                break
            os.kill(pid, signal.SIGCONT)  # caught in the middle of a notice
            self.assertLess(time.monotonic(), end, "\n".join(shown[-1]))
        screen._tmux("resize-window", "-t", "test:main", "-x", str(columns))
        path = screen._tmux("display-message", "-p", "-t", "test:main", "#{pane_tty}").strip()
        pane = os.open(path, os.O_RDWR | os.O_NOCTTY)
        while os.get_terminal_size(pane).columns != columns:
            self.assertLess(time.monotonic(), end, "the terminal is not told its new width")
        os.close(pane)
        os.kill(pid, signal.SIGCONT)

    def accepted(self, screen, text):
        """The line, once accepted, was this."""
        screen.send_keys("main", "Enter")
        wanted = text.replace(" ", "")

        def rows():
            joined = self.rows(screen)  # a row filled to its edge counts as wrapped
            return [row.replace(" ", "") for row in joined + screen.capture("main").splitlines()]

        screen.wait_for("main", lambda _: wanted in rows())


class FloodTest(LaneCase):
    def flood(self, line, keys=(), widths=WIDTHS):
        for columns in widths:
            with self.subTest(columns=columns):
                screen = self.open_flooded(columns)
                text = line(columns)
                screen.send_text("main", "echo " + text)
                self.after_notices(screen)
                self.check(screen, "echo " + text)
                if keys:
                    screen.send_keys("main", *keys)
                    self.after_notices(screen)
                    self.check(screen, "echo " + text)
                    screen.send_text("main", "X")
                    self.after_notices(screen, 1)
                    text = text[:-len(keys)] + "X" + text[-len(keys):]
                    self.check(screen, "echo " + text)
                self.accepted(screen, text)
                screen.stop()

    def test_a_short_line_stays(self):
        self.flood(lambda columns: "half typed")

    def test_a_line_of_three_rows_stays(self):
        self.flood(lambda columns: ("0123456789" * 60)[:int(columns * 2.5)])

    def test_a_line_up_to_the_edge_stays(self):
        for more, columns in zip((-1, 0, 1), WIDTHS):
            self.flood(lambda columns, more=more: "x" * (columns - len("dev alice ● 10 0p> echo ") + more),
                       widths=[columns])

    def test_a_line_of_wide_characters_stays(self):
        self.flood(wide_line)

    @with_readline
    def test_the_cursor_stays_within_the_line(self):
        self.flood(lambda columns: ("0123456789" * 60)[:int(columns * 2.5)], ["Left"] * 30)
        self.flood(lambda columns: "half typed", ["Left"] * 5, widths=[80])

    @with_readline
    def test_the_cursor_stays_among_wide_characters(self):
        self.flood(lambda columns: "漢字かな交じり文" * (columns // 8), ["Left"] * 9)

    def with_another_process(self, blocks):
        """A prompt with a wallet, its address, and a node that pays it, which has mined so many blocks."""
        screen = self.open(80, 50, arguments="--listen auto --no-discovery")
        at = re.search(r"127\.0\.0\.1:\d+", screen.capture("main")).group()
        self.with_wallet(screen)
        screen.type_line("main", "address show")
        address = re.search(r"dcrn1\w{30,}", screen.wait_for("main", "dcrn1")).group()
        node = Node(self, "other", "dev", "off").start("--connect", at)
        node.ask("wallet new bob --no-password")
        node.ask(f"mine {blocks}")
        screen.wait_for("main", f"dev alice ● {blocks} 1p>")
        return screen, address, node

    def test_blocks_and_payments_of_another_process(self):
        screen, address, node = self.with_another_process(4)
        text = "0123456789" * 18
        screen.send_text("main", "echo " + text)
        for number in range(12):
            node.ask(f"send {address} 0.1 --memo number{number} --yes")
            node.ask(f"mine {20 + number}")
        screen.wait_for("main", lambda _: self.line_is(screen, "echo " + text))
        everything = "\n".join(self.rows(screen))
        for number in range(12):
            told = re.findall(rf"in block \d+: number{number}\n", everything)
            self.assertEqual(len(told), 1, everything)
        self.accepted(screen, text)

    def test_a_payment_is_told_while_it_waits_for_a_block(self):
        screen, address, node = self.with_another_process(1)
        screen.send_text("main", "echo half typed")
        node.ask(f"send {address} 12.5 --memo rent --yes")
        text = screen.wait_for("main", "receiving 12.5 DCRN from dcrn1")
        self.assertRegex(text.replace("\n", ""), r"which waits for a block: rent")
        self.assertTrue(self.rows(screen)[-1].endswith("dev alice ● 1 1p> echo half typed"), text)
        node.ask("mine 1")
        screen.wait_for("main", "received 12.5 DCRN from dcrn1")
        everything = "\n".join(self.rows(screen))
        self.assertEqual(everything.count("receiving"), 1, everything)
        self.accepted(screen, "half typed")

    def line_is(self, screen, line):
        rows = self.rows(screen)
        return rows[-1].endswith("0 1p> " + line) or re.match(r"dev alice ● 310 1p> " + line, rows[-1])

    def test_resizes_in_the_flood(self):
        for line, widths in ((lambda columns: "half typed", [80]), (wide_line, WIDTHS),
                             (lambda columns: ("0123456789" * 60)[:int(columns * 2.5)], [40, 200])):
            for columns in widths:
                with self.subTest(columns=columns):
                    screen = self.open_flooded(columns)
                    text = line(columns)
                    screen.send_text("main", "echo " + text)
                    self.check(screen, "echo " + text)
                    for width in (columns - 7, columns + 31, 60, columns):
                        self.resize(screen, width, "echo " + text)
                        self.after_notices(screen, 1)
                        self.check(screen, "echo " + text)
                    self.accepted(screen, text)
                    screen.stop()

    @with_readline
    def test_a_search_and_a_list_of_completions_stay(self):
        screen = self.open(80)
        self.do(screen, "echo needle in hay")
        self.with_wallet(screen)
        screen.type_line("main", "mine start")
        screen.wait_for("main", "background")
        screen.send_keys("main", "C-r")
        screen.send_text("main", "needle")
        self.after_notices(screen)
        searching = "(reverse-i-search)`needle': echo needle in hay"
        screen.wait_for("main", lambda text: text.rstrip().endswith(searching))
        self.assertEqual(self.rows(screen)[-1], searching)
        self.assertEqual(sum("reverse-i-search" in row for row in self.rows(screen)), 1)
        screen.send_keys("main", "Enter")
        screen.wait_for("main", "\nneedle in hay\n")
        screen.send_text("main", "chain ")
        screen.send_keys("main", "Tab")
        screen.wait_for("main", lambda text: "reorgs" in text)
        screen.send_text("main", "status --wallet alice")
        self.after_notices(screen)
        self.assertRegex(self.rows(screen)[-1], r"^dev alice ● \d+ 0p> chain status --wallet alice")


    @with_readline
    def test_the_prompt_behind_a_search_is_of_now(self):
        screen = self.open_flooded(80)
        screen.send_keys("main", "C-r")
        searching = "(reverse-i-search)`':"
        screen.wait_for("main", lambda text: text.rstrip().endswith(searching))
        self.after_notices(screen, 2)
        told = [int(re.search(r"(\d+), ", row).group(1)) for row in self.rows(screen) if NOTICE.match(row)]
        self.assertEqual(self.rows(screen)[-1], searching)
        screen.send_keys("main", "C-g")
        screen.wait_for("main", lambda text: text.rstrip().endswith("0p>"))
        row = screen.wait_for("main", lambda text: text.rstrip().endswith("0p>")).rstrip().splitlines()[-1]
        self.assertGreaterEqual(int(re.search(r"● (\d+) 0p>", row).group(1)), told[-1])


class HeldTest(LaneCase):
    def test_nothing_is_shown_during_questions_and_commands_and_all_of_the_own_afterwards(self):
        screen = self.open(100, arguments="--listen auto --no-discovery")
        prompt = self.with_wallet(screen)
        self.do(screen, "address show", prompt)
        text = screen.capture("main", history=True)
        address = re.search(r"dcrn1\w{30,}", text).group()
        at = re.search(r"127\.0\.0\.1:\d+", screen.capture("main", history=True))
        if at is None:
            screen.type_line("main", "node status")
            at = re.search(r"127\.0\.0\.1:\d+", screen.wait_for("main", "127.0.0.1:"))
        node = Node(self, "other", "dev", "off").start("--connect", at.group())
        node.ask("wallet new bob --no-password")
        node.ask("mine 4")
        sent = 0
        self.ready(screen, "dev alice ● 4 1p>")
        for line, question, keys in (("wallet new carol", "New password of carol:", ["C-c"]),
                                     ("send alice 0.1 --fee 0.00001", "? [y/N]", ["n", "Enter"]),
                                     ("sleep 100", "sleep 100", ["C-c"])):
            with self.subTest(line):
                screen.type_line("main", "clear")
                screen.wait_for("main", lambda text: len(text.strip().splitlines()) == 1)
                screen.type_line("main", line)
                screen.wait_for("main", question)
                shown = screen.wait_for("main", lambda text, question=question:
                                        text.rstrip().endswith(question))
                node.ask(f"send {address} 1 --memo held{sent} --yes")
                node.ask("mine")
                sent += 1
                self.assertEqual(screen.capture("main"), shown)
                screen.send_keys("main", *keys)
                text = screen.wait_for("main", lambda text, sent=sent: f"held{sent - 1}" in text)
                self.assertEqual(text.count("received 1 DCRN"), 1, text)
                self.assertRegex(text, r"(?m)^block \d+, 1 transaction")

    def test_at_most_two_showings_a_second(self):
        screen = self.open_flooded(80)
        self.after_notices(screen, 1)
        began, first = time.monotonic(), self.count(screen)
        self.after_notices(screen, 6)
        self.assertGreaterEqual(time.monotonic() - began, (self.count(screen) - first - 1) / 2 - 0.1)


if __name__ == "__main__":
    harness.main()
