"""The cookbook: every block that is marked as `run` is carried out, in the order of its page.

`sh run` is for the shell, `LANGUAGE file=NAME` is a file of that name. Networks get blocks without work, and
the port of the pages is a free one; all else is as it stands.
"""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import harness
from nodes import TRIVIAL, free_port

COOKBOOK = Path(__file__).resolve().parents[2] / "docs" / "guide" / "cookbook"
WRAPPER = """#!/bin/sh
for word; do
    shift
    case $word in *127.0.0.1:9401*) word=$(echo "$word" | sed 's/:9401/:PORT/') ;; esac
    set -- "$@" "$word"
done
case "$*" in "network new "*--limit*) ;; "network new "*) set -- "$@" TRIVIAL ;; esac
exec PROGRAM "$@"
"""


def blocks_of(page):
    """(language, what is said of it, body) of each block that is not only to be read."""
    return re.findall(r"^```(\w+) (run|file=\S+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


class Cookbook(harness.CairnTest):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("bin"))
        text = WRAPPER.replace("PORT", str(free_port())).replace("PROGRAM", harness.binary())
        os.chmod(self.write("bin/cairn", text.replace("TRIVIAL", " ".join(TRIVIAL))), 0o755)
        self.environment = {**self.environment, "PATH": self.path("bin") + ":" + self.environment["PATH"],
                            "TMUX_TMPDIR": self.home, "TERM": "xterm-256color"}

    def carry_out(self, name):
        """What the page prints; every command of it must succeed."""
        lines = ["set -eu"]
        for _, mark, body in blocks_of((COOKBOOK / name).read_text(encoding="utf-8")):
            if mark == "run":
                lines.append(body)
            else:
                self.write(mark.removeprefix("file="), body)
        self.assertGreater(len(lines), 2)
        with open(self.path("out"), "w+", encoding="utf-8") as out, subprocess.Popen(
                ["sh", "-c", "\n".join(lines)], env=self.environment, cwd=self.home, stdin=subprocess.DEVNULL,
                stdout=out, stderr=out, start_new_session=True) as shell:
            try:
                code = shell.wait(200)
            finally:
                try:
                    os.killpg(shell.pid, signal.SIGKILL)  # what the page left in the background
                except ProcessLookupError:
                    pass
            out.seek(0)
            shown = out.read()
        self.assertEqual(code, 0, f"{name}:\n{shown}")
        return shown

    def test_a_club(self):
        shown = self.carry_out("club.md")
        self.assertIn("paint for the boat", shown)
        self.assertIn("550 CLB issued and accounted for", shown)

    def test_a_shop(self):
        shown = self.carry_out("shop.md")
        self.assertEqual(shown.count("This content existed"), 2)
        self.assertIn("issued and accounted for", shown)

    def test_a_notary(self):
        shown = self.carry_out("notary.md")
        self.assertEqual(shown.count("This content existed"), 2)

    def test_a_classroom(self):
        if not shutil.which("tmux"):
            self.skipTest("tmux is not installed")
        self.addCleanup(subprocess.run, ["tmux", "kill-server"], env=self.environment, capture_output=True,
                        check=False)
        self.assertIn("Valid: 3 blocks", self.carry_out("classroom.md"))

    def test_programs(self):
        shown = self.carry_out("programs.md")
        for wanted in ("there is enough", "not enough money", "not sent: insufficient_funds", "exit code 3"):
            self.assertIn(wanted, shown)
        self.assertRegex(shown, r"(?m)^100$")  # the field of the answer
        self.assertRegex(shown, r"(?m)^3$")    # the blocks that were counted

    def test_every_page_is_carried_out(self):
        tested = {"club.md", "shop.md", "notary.md", "classroom.md", "programs.md"}
        self.assertEqual({path.name for path in COOKBOOK.iterdir()}, tested | {"README.md"})


if __name__ == "__main__":
    harness.main()
