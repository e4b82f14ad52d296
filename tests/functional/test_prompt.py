"""The prompt, typed at by tmux: lines, completion, search, history, signals, notices."""

import os
import shutil
import stat
import unittest

import harness


@unittest.skipUnless(shutil.which("tmux"), "tmux is not installed")
class PromptTest(harness.CairnTest):
    PROMPT = "dev - 0 0p> "

    def prompt(self, *arguments, columns=100):
        screen = self.tmux(columns)
        screen.start("main", *(arguments or ("--network", "dev")))
        screen.wait_for("main", self.PROMPT.rstrip())
        return screen

    def history(self):
        with open(self.path("state", "cairn", "history"), encoding="utf-8") as file:
            return file.read().splitlines()

    def dead(self, screen, code=0):
        screen.wait_for("main", lambda text: f"status {code}" in text if code else "Pane is dead" in text, history=True)

    def test_lines_are_carried_out_and_ctrl_d_ends(self):
        screen = self.prompt()
        screen.type_line("main", "echo one  two")
        screen.wait_for("main", "\none two\n")
        screen.type_line("main", "vers")  # a prefix is enough when typed
        screen.wait_for("main", "\ncairn ")
        screen.type_line("main", "nonsense")
        screen.wait_for("main", "error: unknown command: nonsense")
        screen.send_keys("main", "C-d")
        self.dead(screen)

    def test_exit_gives_its_code(self):
        screen = self.prompt()
        screen.type_line("main", "exit 3")
        self.dead(screen, 3)

    def test_tab_completes_commands_and_options(self):
        screen = self.prompt()
        screen.send_text("main", "vers")
        screen.send_keys("main", "Tab")
        screen.wait_for("main", self.PROMPT + "version")
        screen.send_keys("main", "C-u")
        screen.send_text("main", "watch --ti")
        screen.send_keys("main", "Tab")
        screen.wait_for("main", self.PROMPT + "watch --times")
        screen.send_keys("main", "C-u")
        screen.send_text("main", "completions b")
        screen.send_keys("main", "Tab")
        screen.wait_for("main", self.PROMPT + "completions bash")

    def test_ctrl_r_searches_what_was_typed(self):
        screen = self.prompt()
        screen.type_line("main", "echo needle in hay")
        screen.wait_for("main", "\nneedle in hay")
        screen.type_line("main", "clear")
        screen.wait_for("main", lambda text: "needle" not in text)
        screen.send_keys("main", "C-r")
        screen.send_text("main", "needl")
        screen.wait_for("main", "echo needle in hay")
        screen.send_keys("main", "Enter")
        screen.wait_for("main", "\nneedle in hay")

    def test_ctrl_c_gives_up_the_line(self):
        screen = self.prompt()
        screen.send_text("main", "echo half")
        screen.wait_for("main", self.PROMPT + "echo half")
        screen.send_keys("main", "C-c")
        screen.wait_for("main", "^C")
        screen.type_line("main", "echo whole")
        screen.wait_for("main", "\nwhole\n")
        self.assertNotIn("\nhalf", screen.capture("main"))

    def test_ctrl_c_leaves_a_search(self):
        screen = self.prompt()
        screen.send_keys("main", "C-r")
        screen.wait_for("main", "search")
        screen.send_keys("main", "C-c")
        screen.type_line("main", "echo back")
        screen.wait_for("main", "\nback\n")

    def test_ctrl_c_ends_the_running_command_alone(self):
        screen = self.prompt()
        screen.type_line("main", "sleep 60")
        screen.wait_for("main", "sleep 60\n")
        screen.send_keys("main", "C-c")
        screen.wait_for("main", lambda text: text.rstrip().endswith(self.PROMPT.rstrip()))
        screen.type_line("main", "echo on")
        screen.wait_for("main", "\non\n")

    def test_history_is_kept_privately(self):
        screen = self.prompt()
        screen.type_line("main", "echo a")
        screen.wait_for("main", "\na\n")
        screen.type_line("main", "echo a")
        screen.type_line("main", " echo hidden")
        screen.wait_for("main", "\nhidden\n")
        screen.type_line("main", "echo b")
        screen.wait_for("main", "\nb\n")
        self.assertEqual(self.history(), ["echo a", "echo b"])
        self.assertEqual(stat.S_IMODE(os.stat(self.path("state", "cairn", "history")).st_mode), 0o600)
        screen.send_keys("main", "C-d")
        self.dead(screen)
        screen.start("again", "--network", "dev")
        screen.wait_for("again", self.PROMPT.rstrip())
        screen.send_keys("again", "Up", "Up", "Enter")
        screen.wait_for("again", "\na\n")

    def test_a_line_goes_on_after_a_backslash(self):
        screen = self.prompt()
        screen.type_line("main", "echo one \\")
        screen.wait_for("main", "\n>")
        screen.type_line("main", "two")
        screen.wait_for("main", "\none two\n")

    def test_a_held_directory_is_told_with_its_pane(self):
        self.prompt()
        other = self.expect(10, "--json", "assert", "height", "==", "0")
        self.assertEqual(other.records[0]["error"]["pane"], "%0")

    def test_a_wide_line_survives_a_resize(self):
        screen = self.prompt(columns=60)
        screen.send_text("main", "echo " + "x" * 80)
        screen._tmux("resize-window", "-t", "test:main", "-x", "90")
        screen.send_keys("main", "Enter")
        screen.wait_for("main", "x" * 80)


if __name__ == "__main__":
    harness.main()
