"""Ctrl-C in long work at the prompt: it says how far it came, and what it leaves is sound."""

import os
import re
import shutil
import tempfile

import harness
from prompts import PromptCase

HEIGHT = re.compile(r"\ndev alice ● (\d+) 0p>$")


class InterruptTest(PromptCase):
    """A chain that this machine took a few seconds to mine: judging it again takes longer than a key."""

    def setUp(self):
        super().setUp()
        if not hasattr(InterruptTest, "mined"):
            InterruptTest.mined = self.mine()
        kept, self.blocks = InterruptTest.mined
        shutil.copytree(kept.name, self.path("data"), dirs_exist_ok=True)
        self.PROMPT = f"dev alice ● {self.blocks} 0p>"
        self.screen = self.open()

    def mine(self):
        """The data of a wallet's mining, once for all tests here; with its height."""
        place = ("--network", "dev", "--listen", "off")
        self.expect(0, *place, "wallet", "new", "alice", "--no-password")
        mined = self.expect(7, *place, "--timeout", "5s", "mine", "100000000")
        kept = tempfile.TemporaryDirectory(prefix="cairn-")
        self.addClassCleanup(kept.cleanup)
        shutil.copytree(self.path("data"), kept.name, dirs_exist_ok=True)
        return kept, int(re.search(r"(\d+) blocks", mined.err + mined.out).group(1))

    def interrupted(self, line, working):
        """Ctrl-C while `working` is shown of it: what stands on the screen once the prompt is back."""
        self.clear()
        self.screen.type_line("main", line)
        self.screen.wait_for("main", working)
        self.screen.send_keys("main", "C-c")
        return self.ready(self.screen)

    def clear(self):
        self.screen.type_line("main", "clear")
        self.screen.wait_for("main", lambda text: len(text.strip().splitlines()) == 1)

    def assert_sound(self):
        self.clear()
        self.screen.type_line("main", "chain verify")
        self.screen.wait_for("main", f"Valid: {self.blocks} blocks")
        self.ready(self.screen)

    def test_verify_tells_how_much_holds(self):
        text = self.interrupted("chain verify --full", "Verifying")
        told = re.search(r"interrupted: (\d+) of (\d+) blocks were judged, and hold", text)
        self.assertEqual(int(told.group(2)), self.blocks, text)
        self.assertLess(int(told.group(1)), self.blocks, text)
        self.assert_sound()

    def test_export_leaves_no_half_a_file(self):
        text = self.interrupted("chain export whole.chain", "Exporting").replace("\n", " ")
        told = re.search(r"interrupted: after (\d+) of (\d+) blocks, and whole.chain was not\s+written", text)
        self.assertLess(int(told.group(1)), int(told.group(2)), text)
        self.assertEqual([name for name in os.listdir(self.home) if "whole" in name], [])
        self.assert_sound()

    def test_import_goes_on_where_it_was_stopped(self):
        self.screen.type_line("main", "chain export whole.chain")
        self.screen.wait_for("main", f"Wrote {self.blocks} blocks")
        self.PROMPT = "dev - 0 0p>"
        other = self.open(arguments=f"--datadir {self.path('other')} --listen off", window="other")
        other.type_line("other", f"chain import {self.path('whole.chain')}")
        other.wait_for("other", "Importing")
        other.send_keys("other", "C-c")
        text = other.wait_for("other", lambda text: re.search(r"\ndev - \d+ 0p>$", text.rstrip()))
        taken = int(re.search(r"interrupted: (\d+) new blocks were taken", text).group(1))
        height = int(re.search(r"dev - (\d+) 0p>$", text.rstrip()).group(1))
        self.assertEqual(taken, height, text)
        self.assertLess(height, self.blocks)
        other.type_line("other", f"chain import {self.path('whole.chain')}")
        text = other.wait_for("other", f"the tip is at {self.blocks}")
        self.assertIn(f"{self.blocks - height} new blocks, {height} known before", text)

    def test_mining_keeps_what_was_found_and_shows_the_last(self):
        self.clear()
        self.screen.type_line("main", "mine 100000000")
        self.screen.wait_for("main", "Mining")
        self.screen.send_keys("main", "C-c")
        text = self.screen.wait_for("main", lambda text: HEIGHT.search(text.rstrip()))
        height = int(HEIGHT.search(text.rstrip()).group(1))
        self.assertGreater(height, self.blocks)
        self.assertIn(f"The last 10 of {height - self.blocks}:", text)
        self.assertIn(f"Mined {height - self.blocks} blocks", text)
        self.assertIn("interrupted; the blocks that were found are kept", text)
        self.blocks, self.PROMPT = height, f"dev alice ● {height} 0p>"
        self.assert_sound()


class ManyBlocksTest(PromptCase):
    def test_of_many_blocks_the_last_ten_are_listed(self):
        screen = self.open()
        self.with_wallet(screen)
        screen.type_line("main", "mine 500")
        text = screen.wait_for("main", lambda text: "Mined 500 blocks" in text and
                               text.rstrip().endswith("500 0p>"))
        listed = [int(height) for height in re.findall(r"(?m)^ *(\d+)  [0-9a-f]{16}", text)]
        self.assertEqual(listed, list(range(491, 501)), text)


class DerivationTest(PromptCase):
    def test_a_key_that_is_being_derived_is_given_up(self):
        screen = self.open()
        screen.type_line("main", "wallet new alice")
        for question in ("New password of alice:", "Once more:"):
            screen.wait_for("main", question)
            screen.type_line("main", "h0rse")
        screen.send_keys("main", "C-c")
        text = screen.wait_for("main", lambda text: re.search(r"dev (-|alice ●) 0 0p>$", text.rstrip()))
        made = "dev alice" in text  # it was derived before the key came
        kept = [name for _, _, files in os.walk(self.path("data")) for name in files if "alice" in name]
        self.assertEqual(len(kept), made, text)


if __name__ == "__main__":
    harness.main()
