"""What is shown fits the terminal: pictures are made for its size, and lines are broken at words."""

import re

import harness
import qr
from prompts import PromptCase


class FitTest(PromptCase):
    def shown(self, screen, line, prompt):
        """The rows that a command left on the screen, and that no row of them was broken by the terminal."""
        screen.type_line("main", "clear")
        screen.wait_for("main", lambda text: text.strip() == prompt)
        self.do(screen, line, prompt)
        rows = screen.capture("main").rstrip().splitlines()
        joined = screen._tmux("capture-pane", "-p", "-J", "-t", "test:main").rstrip().splitlines()
        self.assertEqual([row.rstrip() for row in rows], [row.rstrip() for row in joined], line)
        return rows

    def test_graphs_fit_and_lines_break_at_words(self):
        for columns in (40, 60, 80):
            with self.subTest(columns=columns):
                screen = self.open(columns, 40)
                prompt = self.with_wallet(screen, 30)
                graph = self.shown(screen, "balance --graph", prompt)
                bars = [row for row in graph if "│" in row]
                self.assertEqual(len(bars), 8)
                self.assertGreaterEqual(max(len(row) for row in bars), columns * 3 // 5)
                self.assertRegex(graph[-2], r"^ +20\d\d-.*20\d\d-")
                status = self.shown(screen, "mine status", prompt)
                self.assertTrue(any(re.match("last blocks +[▁▂▃▄▅▆▇█]{5,}", row) for row in status), status)
                text = " ".join("\n".join(self.shown(screen, "help mine preview", prompt)).split())
                self.assertIn("the block that would be mined now", text)
                text = " ".join(" ".join(self.shown(screen, "wallet use nobody", prompt)).split())
                self.assertRegex(text, r"error: .*there is no wallet .*wallet list")
                screen.stop()

    def test_a_qr_code_is_shown_whole(self):
        for columns, rows in ((80, 24), (40, 24), (200, 60)):
            with self.subTest(columns=columns):
                screen = self.open(columns, rows)
                prompt = self.with_wallet(screen)
                screen.type_line("main", "address show --qr")
                screen.wait_for("main", "▀")
                text = self.ready(screen, prompt)
                (uri,) = qr.read(text)
                self.assertRegex(uri, "^cairn:dcrn1")
                screen.stop()

    def test_where_no_qr_code_fits_it_is_said(self):
        for columns, rows in ((80, 15), (36, 40)):
            with self.subTest(columns=columns):
                screen = self.open(columns, rows)
                prompt = self.with_wallet(screen)
                screen.type_line("main", "address show --qr")
                screen.wait_for("main", "There is no room")
                text = self.ready(screen, prompt).replace("\n", " ")
                self.assertRegex(text, r"There is no room for the QR code here: the address is +dcrn1")
                self.assertNotIn("▀", text)
                screen.stop()

    def test_questions_break_at_words(self):
        screen = self.open(columns=40)
        prompt = self.with_wallet(screen, 1)
        screen.type_line("main", "send alice 1 --memo 'words that go on and on until they wrap'")
        text = screen.wait_for("main", lambda text: text.rstrip().endswith("[y/N]"))
        question = text[text.index("Send 1"):].rstrip()
        self.assertTrue(all(len(row) <= 40 for row in question.splitlines()))
        self.assertIn("words that go on and on until they wrap", " ".join(question.split()))
        screen.type_line("main", "n")
        self.ready(screen, prompt)


if __name__ == "__main__":
    harness.main()
