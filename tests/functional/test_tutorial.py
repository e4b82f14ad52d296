"""The sessions that the tutorial and the README show are typed as they stand, and must be true."""

import shutil
import unittest
from pathlib import Path

import harness
from transcripts import Transcript

ROOT = Path(__file__).resolve().parents[2]


@unittest.skipUnless(shutil.which("tmux"), "tmux is not installed")
class Sessions(Transcript):
    PANES = ("term",)

    def typed_here(self, command):
        """Really on dev, whose payments are free, and found by nobody."""
        hidden = command.replace("cairn --network dev", "cairn --no-discovery --network=dev")
        return super().typed_here(hidden)

    def test_the_tutorial_is_true(self):
        self.assertGreater(self.play(ROOT / "docs" / "guide" / "tutorial.md"), 20)

    def test_the_session_of_the_readme_is_true(self):
        self.assertGreater(self.play(ROOT / "README.md"), 9)


if __name__ == "__main__":
    harness.main()
