"""scripts/demo: three nodes find each other; one mines, one pays, one watches; nothing is left behind."""

import os
import shutil
import signal
import subprocess
import threading
import time
import unittest
from pathlib import Path

import harness

DEMO = str(Path(__file__).resolve().parents[2] / "scripts" / "demo")


class DemoTest(harness.CairnTest):
    def surroundings(self):
        return {**self.environment, "CAIRN_BINARY": harness.binary()}

    def nothing_is_left(self):
        end = time.monotonic() + harness.DEADLINE_S
        while left := self.left():
            self.assertLess(time.monotonic(), end, f"still there: {left}")
            threading.Event().wait(harness.POLL_S)

    def left(self):
        """Files of the demo, and processes that name them."""
        found = [str(one) for one in Path(self.path("tmp")).iterdir() if "cairn-demo" in one.name]
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                command = process.read_bytes().decode(errors="replace")
            except OSError:
                continue  # it ended meanwhile
            if self.path("tmp", "cairn-demo") in command:
                found.append(command.replace("\0", " "))
        return found

    def test_the_plain_form_ends_by_itself(self):
        made = subprocess.run([DEMO, "--plain"], env=self.surroundings(), cwd=self.home, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=200, check=False)
        shown = made.stdout + made.stderr
        self.assertEqual(made.returncode, 0, shown)
        for line in made.stdout.splitlines():
            self.assertRegex(line, r"^(miner|payer|shop ) \|")
        for wanted in ("payer | Sent 12.5 CRN to shop", "miner | Mining in the background", "for the bread",
                       "miner | Valid: "):
            self.assertIn(wanted, made.stdout, shown)
        self.nothing_is_left()

    def test_a_signal_ends_it_all(self):
        for which, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with subprocess.Popen([DEMO, "--plain"], env=self.surroundings(), cwd=self.home, text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT) as demo:
                while "Listening on" not in (line := demo.stdout.readline()):
                    self.assertTrue(line, "it ended by itself")
                demo.send_signal(which)
                rest = demo.communicate(timeout=harness.DEADLINE_S)[0]
                self.assertEqual(demo.returncode, code, rest)
            self.nothing_is_left()

    @unittest.skipUnless(shutil.which("tmux"), "tmux is not installed")
    def test_in_tmux_each_node_has_a_pane(self):
        self.environment = self.surroundings()
        screen = self.tmux(columns=120, rows=45)
        screen.start("demo", program=["sh", "-c", f'{DEMO}; echo "ended with $?"; read -r wait'])
        screen.wait_for("demo", lambda text: "> chain status" in text and "> history" in text
                        and text.count("2p>") == 3, deadline_s=90)
        screen.send_keys("demo", "C-b")
        screen.send_keys("demo", "d")
        screen.wait_for("demo", "ended with 0")
        self.nothing_is_left()

    def test_what_it_does_not_know_it_says(self):
        made = subprocess.run([DEMO, "--fancy"], env=self.surroundings(), cwd=self.home, text=True,
                              capture_output=True, timeout=harness.DEADLINE_S, check=False)
        self.assertEqual((made.returncode, made.stdout), (1, ""))
        self.assertIn("usage: ", made.stderr)


if __name__ == "__main__":
    os.environ.pop("TMUX", None)
    harness.main()
