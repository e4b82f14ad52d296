"""Two nodes in two panes of tmux: docs/examples/two-panes.md is typed as it stands, and must be true."""

import shutil
import unittest
from pathlib import Path

import harness
from nodes import PATIENCE_S
from transcripts import Transcript

PAGE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "two-panes.md"


@unittest.skipUnless(shutil.which("tmux"), "tmux is not installed")
class TwoPanes(Transcript):
    def test_the_page_is_true(self):
        self.assertGreater(self.play(PAGE), 20)

    def test_news_come_above_what_is_being_typed(self):
        for pane in self.PANES:
            self.screen.type_line(pane, self.typed_here(f"cairn --network dev --profile {pane}"))
        for pane in self.PANES:
            self.screen.wait_for(pane, "1p>", deadline_s=PATIENCE_S)
        self.screen.type_line("right", "wallet new bob --no-password")
        self.screen.wait_for("right", "dev bob ●")
        self.screen.send_text("left", "send somebody 12")
        self.screen.wait_for("left", "p> send somebody 12")
        self.screen.type_line("right", "mine 2")
        screen = self.screen.wait_for("left", lambda text: "2 1p> send somebody 12" in text,
                                      deadline_s=PATIENCE_S)
        self.assertRegex(screen, r"blocks? (up to )?2, 0 transactions(;.*)?\n")
        self.assertTrue(screen.rstrip().splitlines()[-1].startswith("dev - 2 1p> send somebody 12"), screen)
        self.screen.send_keys("left", "C-u")
        self.screen.type_line("left", "exit")
        self.screen.type_line("right", "exit")


if __name__ == "__main__":
    harness.main()
