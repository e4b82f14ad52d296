"""The prompt, typed at by tmux: lines, completion, search, history, signals, notices."""

import os
import shutil
import stat
import unittest

import harness


# A build without GNU Readline has no search, and edits a line at its end alone.
with_readline = unittest.skipIf(os.environ.get("CAIRN_READLINE") == "OFF", "needs GNU Readline")


@unittest.skipUnless(shutil.which("tmux"), "tmux is not installed")
class PromptTest(harness.CairnTest):
    PROMPT = "dev - 0 0p> "

    def start(self, screen, window="main"):
        """In a shell that tells how cairn ended: tmux itself now and then misses that under load."""
        cairn = f"{harness.binary()} --network dev --listen off"
        line = f'trap : INT; {cairn}; echo "ended with $?"; read -r wait'
        screen.start(window, program=["sh", "-c", line])
        screen.wait_for(window, self.PROMPT.rstrip())

    def prompt(self, columns=100):
        screen = self.tmux(columns)
        self.start(screen)
        return screen

    def history(self):
        with open(self.path("state", "cairn", "history"), encoding="utf-8") as file:
            return file.read().splitlines()

    def dead(self, screen, code=0):
        screen.wait_for("main", f"ended with {code}\n")

    def test_lines_are_carried_out_and_ctrl_d_ends(self):
        screen = self.prompt()
        screen.type_line("main", "echo one  two")
        screen.wait_for("main", "\none two\n")
        screen.type_line("main", "vers")  # a prefix is enough when typed
        screen.wait_for("main", "\ncairn ")
        screen.type_line("main", "nonsense")
        screen.wait_for("main", lambda text: "error: unknown command: nonsense" in text
                        and text.rstrip().endswith(self.PROMPT.rstrip()))
        screen.send_keys("main", "C-d")
        self.dead(screen)

    def test_a_line_is_edited_at_its_end(self):
        screen = self.prompt(columns=40)
        screen.type_line("main", "echo older")
        screen.wait_for("main", "\nolder\n")
        screen.send_text("main", "echo grün")
        screen.send_keys("main", "BSpace", "BSpace", "a", "s", "C-w")
        screen.send_text("main", "gras")
        screen.send_keys("main", "Enter")
        screen.wait_for("main", "\ngras\n")
        screen.send_text("main", "x" * 70)
        screen.send_keys("main", "C-u")
        screen.wait_for("main", lambda text: "x" not in text and text.rstrip().endswith(self.PROMPT.rstrip()))
        screen.send_keys("main", "Up", "Up", "Down", "BSpace", "Enter")
        screen.wait_for("main", "\ngra\n")

    def test_a_payment_that_is_declined_is_not_sent(self):
        screen = self.prompt()
        screen.type_line("main", "wallet new a --no-password")
        screen.wait_for("main", "dev a ● 0 0p>")
        screen.type_line("main", "mine")
        screen.wait_for("main", "dev a ● 1 0p>")
        screen.type_line("main", "send a 1 --fee 0.5")
        screen.wait_for("main", "Type 0.5 to agree:")
        screen.type_line("main", "y")
        text = screen.wait_for("main", lambda text: "not done" in text
                               and text.rstrip().endswith("dev a ● 1 0p>"))
        self.assertIn("  the fee is above 5 % of the amount\n", text)
        screen.type_line("main", "mempool status")
        screen.wait_for("main", lambda text: text.count("dev a ● 1 0p>") == 3)

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

    @with_readline
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

    def test_keys_right_after_ctrl_c_belong_to_the_next_line(self):
        screen = self.prompt()
        for number in range(25):
            screen.send_text("main", f"echo half{number} ")
            screen.wait_for("main", f"{self.PROMPT}echo half{number}")
            screen.send_keys("main", "C-c", f"echo whole{number}", "Enter")
            screen.wait_for("main", f"\nwhole{number}\n")
        self.assertNotIn("\nhalf", screen.capture("main", history=True))
        for before in ("Escape", "C-x"):  # what waits for a second key is given up as well
            screen.send_keys("main", "echo lost", before, "C-c", f"echo after {before}", "Enter")
            screen.wait_for("main", f"\nafter {before}\n")

    @with_readline
    def test_ctrl_c_leaves_a_search(self):
        screen = self.prompt()
        screen.type_line("main", "echo lost")
        screen.wait_for("main", "\nlost\n")
        screen.send_keys("main", "C-r", "lo", "C-c", "echo back", "Enter")
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
        screen.wait_for("main", f"\nb\n{self.PROMPT.rstrip()}\n")
        self.assertEqual(self.history(), ["echo a", "echo b"])
        self.assertEqual(stat.S_IMODE(os.stat(self.path("state", "cairn", "history")).st_mode), 0o600)
        screen.send_keys("main", "C-d")
        self.dead(screen)
        self.start(screen, "again")
        screen.send_keys("again", "Up", "Up", "Enter")
        screen.wait_for("again", "\na\n")

    def test_a_line_goes_on_after_a_backslash(self):
        screen = self.prompt()
        screen.type_line("main", "echo one \\")
        screen.wait_for("main", "\n>")
        screen.type_line("main", "two")
        screen.wait_for("main", "\none two\n")

    def test_notices_stand_above_the_line_being_typed(self):
        screen = self.prompt()
        screen.type_line("main", "wallet new alice --no-password")
        screen.wait_for("main", "dev alice ● 0 0p>")
        screen.type_line("main", "clear")
        screen.type_line("main", "mine start")
        screen.wait_for("main", "Mining in the background")
        screen.send_text("main", "echo half typ")
        screen.wait_for("main", lambda text: text.count("block") >= 2
                        and text.rstrip().endswith("echo half typ"))
        screen.send_text("main", "ed")
        screen.send_keys("main", "Enter")
        screen.wait_for("main", "\nhalf typed\n")
        screen.type_line("main", "mine stop")
        screen.wait_for("main", "Mining stopped")

    def test_ctrl_z_gives_the_terminal_back_and_fg_goes_on(self):
        screen = self.tmux()
        screen.start("main", program=["bash", "--norc", "-i"])
        command = f"{harness.binary()} --network dev"
        screen.type_line("main", f"PS1='shell> '; {command}")
        screen.wait_for("main", self.PROMPT.rstrip())
        screen.send_text("main", "echo kept")
        screen.wait_for("main", "echo kept")
        screen.send_keys("main", "C-z")
        screen.wait_for("main", "Stopped")
        screen.type_line("main", "stty -a | tr ' ;' '\\n\\n' | grep -x -e echo -e icanon | sort | paste -sd+")
        screen.wait_for("main", "\necho+icanon\n")
        screen.type_line("main", "stty -a | grep -o 'intr = ^C'")
        screen.wait_for("main", "\nintr = ^C\n")
        screen.type_line("main", "fg")
        screen.wait_for("main", lambda text: text.rstrip().endswith("echo kept"))
        screen.send_keys("main", "Enter")
        screen.wait_for("main", f"\nkept\n{self.PROMPT.rstrip()}\n")
        screen.send_keys("main", "C-d")
        screen.wait_for("main", lambda text: text.rstrip().endswith("shell>"))

    def test_secrets_are_not_shown_and_not_kept(self):
        screen = self.prompt()
        screen.type_line("main", "wallet new alice")
        screen.wait_for("main", "New password of alice:")
        screen.type_line("main", "correct h0rse")
        screen.wait_for("main", "Once more:")
        screen.type_line("main", "correct h0rse")
        screen.wait_for("main", "dev alice ● 0 0p>")
        self.assertNotIn("h0rse", screen.capture("main", history=True))
        screen.type_line("main", "wallet lock")
        screen.wait_for("main", "dev alice ○ 0 0p>")
        screen.type_line("main", "wallet unlock")
        screen.wait_for("main", "Password of alice:")
        screen.type_line("main", "wrong")
        # Ctrl-D means the prompt's end only once the prompt is there again.
        screen.wait_for("main", lambda text: "error:" in text and text.rstrip().endswith("dev alice ○ 0 0p>"))
        screen.send_keys("main", "C-d")
        self.dead(screen)
        for folder, _, names in os.walk(self.home):
            for name in names:
                if not stat.S_ISREG(os.stat(os.path.join(folder, name)).st_mode):
                    continue
                with open(os.path.join(folder, name), "rb") as file:
                    self.assertNotIn(b"correct h0rse", file.read(), name)

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
