"""Ctrl-C, Ctrl-D, Ctrl-Z and what is typed ahead, in everything that the prompt asks."""

import os
import re
import signal
import subprocess
import time

import harness
from prompts import PromptCase, with_readline

WORDS = "abandon " * 11 + "about"


class TypedAheadTest(PromptCase):
    def test_what_is_typed_during_a_command_waits_for_the_next_prompt(self):
        screen = self.open()
        screen.type_line("main", "watch -n 0.2 --times 5 echo working")
        screen.wait_for("main", "working")
        screen.send_text("main", "echo whole")
        screen.send_keys("main", "Enter")
        screen.send_text("main", "echo halx")
        screen.send_keys("main", "BSpace")
        self.assertNotIn("whole", screen.capture("main"))
        self.ready(screen, f"{self.PROMPT} echo hal")
        text = screen.capture("main")
        self.assertIn(f"{self.PROMPT} echo whole\nwhole\n{self.PROMPT} echo hal\n", text)
        screen.send_text("main", "f")
        screen.send_keys("main", "Enter")
        screen.wait_for("main", "\nhalf\n")

    def test_ctrl_d_typed_ahead_ends_the_prompt(self):
        screen = self.open()
        screen.type_line("main", "sleep 0.5")
        screen.wait_for("main", "sleep 0.5\n")
        screen.send_keys("main", "C-d")
        self.ended(screen)

    def test_answers_typed_ahead_are_dropped(self):
        screen = self.open()
        prompt = self.with_wallet(screen, 2)
        for line, ahead, question in (("send alice 1 --fee 0.01", "y", "? [y/N]"),
                                      ("send alice 1 --fee 0.5", "0.5", "Type 0.5 to agree:"),
                                      ("wallet new bob", "h0rse", "New password of bob:")):
            with self.subTest(line):
                screen.type_line("main", "sleep 2")
                screen.wait_for("main", lambda text: text.rstrip().endswith("sleep 2"))
                screen.send_keys("main", line, "Enter", ahead, "Enter", ahead, "Enter")
                screen.wait_for("main", lambda text, question=question: text.rstrip().endswith(question))
                screen.send_keys("main", "C-d")
                self.ready(screen, prompt)
                screen.type_line("main", "clear")
                screen.wait_for("main", lambda text: text.strip() == prompt)
        self.do(screen, "assert mempool == 0", prompt)
        self.assertNotIn("error", screen.capture("main"))
        self.assertNotIn("h0rse", screen.capture("main", history=True))

    def test_several_lines_pasted_are_carried_out_one_by_one(self):
        screen = self.open()
        screen._tmux("set-buffer", "echo one\necho two\necho thr")
        screen._tmux("paste-buffer", "-p", "-t", "test:main")
        screen.wait_for("main", "echo thr")
        screen.send_text("main", "ee")
        screen.send_keys("main", "Enter")
        screen.wait_for("main", lambda text: "\none\n" in text and "\ntwo\n" in text and "\nthree\n" in text)


class KeysTest(PromptCase):
    """Each place where something is typed; the keys that leave it; and that all is in order afterwards."""

    def locked_wallet(self, screen):
        screen.type_line("main", "wallet new alice")
        for question in ("New password of alice:", "Once more:"):
            screen.wait_for("main", question)
            screen.type_line("main", "h0rse")
        self.ready(screen, "dev alice ● 0 0p>")
        self.do(screen, "mine 2", "dev alice ● 2 0p>")
        self.do(screen, "wallet lock", "dev alice ○ 2 0p>")
        return "dev alice ○ 2 0p>"

    def asks(self, screen, line, question, *answers):
        screen.type_line("main", "clear")
        screen.wait_for("main", lambda text: len(text.strip().splitlines()) == 1)
        screen.type_line("main", line)
        for before, answer in answers:
            screen.wait_for("main", before)
            screen.type_line("main", answer)
        screen.wait_for("main", lambda text: text.rstrip().endswith(question.rstrip()))

    def test_ctrl_c_and_ctrl_d_leave_every_question(self):
        screen = self.open()
        prompt = self.locked_wallet(screen)
        open_prompt = prompt.replace("○", "●")
        questions = [
            (prompt, "wallet unlock", "Password of alice:", []),
            (prompt, "wallet new bob", "New password of bob:", []),
            (prompt, "wallet new bob", "Once more:", [("New password of bob:", "x")]),
            (prompt, "wallet restore carol --no-password", "The words of the wallet:", []),
            (prompt, "wallet password", "Password of alice:", []),
        ]
        for keys in (["C-c"], ["half", "C-c"], ["C-d"]):
            for expected, line, question, answers in questions:
                with self.subTest(line=line, question=question, keys=keys):
                    self.asks(screen, line, question, *answers)
                    screen.send_keys("main", *keys)
                    text = self.ready(screen, expected)
                    self.assertNotIn("half", text)
                    self.do(screen, "echo on", expected)
        screen.type_line("main", "wallet unlock")
        screen.wait_for("main", "Password of alice:")
        screen.type_line("main", "h0rse")
        self.ready(screen, open_prompt)
        for keys in (["C-c"], ["y", "C-c"], ["C-d"], ["n", "Enter"], ["Enter"], ["yes", "C-u", "Enter"]):
            for line, question in (("send alice 1 --fee 0.01", "? [y/N]"),
                                   ("send alice 1 --fee 0.5", "Type 0.5 to agree:")):
                with self.subTest(line=line, keys=keys):
                    self.asks(screen, line, question)
                    screen.send_keys("main", *keys)
                    self.ready(screen, open_prompt)
        self.do(screen, "assert mempool == 0", open_prompt)
        self.assertNotIn("error", self.last_row(screen))
        screen.send_keys("main", "C-d")
        self.ended(screen)

    def test_answers_are_edited_and_shown_but_secrets_are_not(self):
        screen = self.open()
        prompt = self.locked_wallet(screen)
        screen.type_line("main", "wallet unlock")
        screen.wait_for("main", "Password of alice:")
        screen.send_keys("main", "Up", "h0rsx", "BSpace", "e", "Left")
        screen.send_keys("main", "Enter")
        open_prompt = prompt.replace("○", "●")
        self.ready(screen, open_prompt)
        screen.type_line("main", "send alice 1 --fee 0.5")
        screen.wait_for("main", "Type 0.5 to agree:")
        screen.send_keys("main", "漢1", "BSpace", "BSpace", "0.x", "BSpace", "5")
        screen.wait_for("main", "to agree: 0.5")
        screen.send_keys("main", "Enter")
        self.ready(screen, open_prompt)
        self.do(screen, "assert mempool == 1", open_prompt)
        self.assertNotIn("error", screen.capture("main"))

    @with_readline
    def test_ctrl_c_within_a_line_of_several_rows_leaves_it_whole(self):
        screen = self.open(columns=40)
        screen.send_text("main", "echo " + "0123456789" * 9)
        screen.wait_for("main", "89\n")
        screen.send_keys("main", "C-a", "C-c")
        text = screen.wait_for("main", lambda text: text.count(self.PROMPT) == 2)
        rows = text[text.index(self.PROMPT):].rstrip().splitlines()
        self.assertEqual("".join(rows[:-1]), f"{self.PROMPT} echo {'0123456789' * 9}^C")

    def test_ctrl_c_leaves_a_continued_line_and_a_search(self):
        screen = self.open()
        screen.type_line("main", "echo one \\")
        screen.wait_for("main", "\n>")
        screen.send_keys("main", "C-c")
        self.ready(screen)
        screen.type_line("main", "echo two")
        screen.wait_for("main", "\ntwo\n")
        screen.type_line("main", "echo three \\")
        screen.wait_for("main", lambda text: text.rstrip().endswith("\n>"))
        screen.send_keys("main", "C-d")  # the end of the prompt, as on any empty line
        self.ended(screen)
        self.assertNotIn("\none", screen.capture("main"))

    def test_ctrl_c_stops_commands_at_once_and_soundly(self):
        screen = self.open()
        prompt = self.with_wallet(screen, 2)
        for line, shown in (("sleep 100", "sleep 100"), ("wait height >= 1000", "1000"),
                            ("watch -n 0.1 echo tick", "tick"), ("events --follow", "--follow"),
                            ("mine 100000000", "Mining: ")):
            with self.subTest(line):
                screen.type_line("main", line)
                screen.wait_for("main", shown)
                began = time.monotonic()
                screen.send_keys("main", "C-c")
                screen.wait_for("main", lambda text: re.search(r"\ndev alice ● \d+ 0p>$", text.rstrip()))
                self.assertLess(time.monotonic() - began, 5)  # on a loaded machine; a hang takes 100 s
                screen.type_line("main", "clear")
                screen.wait_for("main", lambda text: len(text.strip().splitlines()) == 1)
        screen.type_line("main", "chain verify --full")
        text = screen.wait_for("main", lambda text: re.search(r"verify[\s\S]+0p>$", text.rstrip()))
        self.assertNotIn("error", text)
        screen.send_keys("main", "C-d")
        self.ended(screen)

    def test_each_end_leaves_the_terminal_in_order(self):
        for line, end, code in (
                ("", signal.SIGTERM, 143), ("sleep 100", signal.SIGTERM, 143), ("", signal.SIGHUP, 143),
                ("sleep 100", signal.SIGQUIT, 131), ("wallet new alice", signal.SIGTERM, 143),
                ("wallet new alice", signal.SIGQUIT, 131)):
            with self.subTest(line=line, end=end):
                screen = self.open(before=f"echo $$ > {self.path('pid')}; exec 3>&1; ulimit -c 0;")
                if line:
                    screen.type_line("main", line)
                    screen.wait_for("main", "New password" if "wallet" in line else line)
                shell = int(open(self.path("pid"), encoding="utf-8").read())
                child = subprocess.run(["pgrep", "-P", str(shell), "-f", harness.binary()], text=True,
                                       check=True, capture_output=True).stdout.split()[0]
                os.kill(int(child), end)
                self.ended(screen, code)
                screen.stop()

    def stopped_shell(self):
        """A prompt in a shell with job control."""
        screen = self.tmux()
        screen.start("main", program=["bash", "--norc", "-b", "-i"])
        screen.type_line("main", f"PS1='shell> '; {harness.binary()} --network dev --listen off")
        screen.wait_for("main", self.PROMPT)
        return screen

    def modes_are_in_order(self, screen):
        screen.type_line("main", "clear; stty -a | tr ' ;' '\\n\\n' | grep -x -e echo -e icanon -e isig | "
                                 "sort | paste -sd+")
        screen.wait_for("main", "echo+icanon+isig\n")

    def test_ctrl_z_everywhere(self):
        screen = self.stopped_shell()
        for line, shown, after in (("sleep 3", "sleep 3", None),
                                   ("wallet new alice", "New password of alice:", "h0rse"),
                                   ("wallet unlock", "Password of alice:", "h0rse")):
            with self.subTest(line):
                screen.type_line("main", line)
                screen.wait_for("main", shown)
                screen.send_keys("main", "C-z")
                screen.wait_for("main", lambda text: "Stopped" in text and text.rstrip().endswith("shell>"))
                self.modes_are_in_order(screen)
                screen.type_line("main", "clear; fg")
                if after:
                    screen.wait_for("main", lambda text, shown=shown: text.rstrip().endswith(shown))
                    screen.type_line("main", after)
                    if "new" in line:
                        screen.wait_for("main", "Once more:")
                        screen.type_line("main", after)
                screen.wait_for("main", lambda text: re.search(r"0 0p>$", text.rstrip()))
                self.assertNotIn("h0rse", screen.capture("main", history=True))
                if "new" in line:
                    self.do(screen, "wallet lock", "dev alice ○ 0 0p>")
        screen.send_text("main", "echo kept")
        screen.send_keys("main", "C-z")
        screen.wait_for("main", lambda text: text.rstrip().endswith("shell>"))
        self.modes_are_in_order(screen)
        screen.type_line("main", "clear; fg")
        screen.wait_for("main", lambda text: text.rstrip().endswith("echo kept"))
        screen.send_keys("main", "C-c", "echo again", "Enter")  # Ctrl-C is a key here, also after fg
        screen.wait_for("main", "\nagain\n")
        self.assertNotIn("\nkept", screen.capture("main"))

    def stopped_and_back(self, screen, at):
        """Ctrl-Z where the last row ends with `at`, a shell in order, and `fg` to the same place."""
        screen.wait_for("main", lambda text: text.rstrip().endswith(at))
        screen.send_keys("main", "C-z")
        screen.wait_for("main", lambda text: "Stopped" in text and text.rstrip().endswith("shell>"))
        self.modes_are_in_order(screen)
        screen.type_line("main", "clear; fg")
        screen.wait_for("main", lambda text: text.rstrip().endswith(at))

    def test_ctrl_z_in_a_confirmation_and_in_the_words_of_a_wallet(self):
        screen = self.stopped_shell()
        screen.type_line("main", "wallet restore alice --no-password")
        self.stopped_and_back(screen, "The words of the wallet:")
        screen.type_line("main", WORDS)
        self.ready(screen, "dev alice ● 0 0p>")
        self.assertNotIn("abandon", screen.capture("main", history=True))
        self.do(screen, "mine", "dev alice ● 1 0p>")
        screen.type_line("main", "send alice 1 --fee 0.01")
        self.stopped_and_back(screen, "? [y/N]")
        screen.type_line("main", "y")
        self.ready(screen, "dev alice ● 1 0p>")
        screen.type_line("main", "send alice 1 --fee 0.5")
        self.stopped_and_back(screen, "Type 0.5 to agree:")
        screen.send_keys("main", "C-c")
        self.ready(screen, "dev alice ● 1 0p>")
        self.do(screen, "assert mempool == 1", "dev alice ● 1 0p>")
        self.assertNotIn("error", screen.capture("main"))

    @with_readline
    def test_ctrl_z_in_a_search(self):
        screen = self.stopped_shell()
        self.do(screen, "echo needle in hay")
        self.do(screen, "wallet new alice --no-password", "dev alice ● 0 0p>")
        screen.send_keys("main", "C-r")
        screen.send_text("main", "needle")
        searching = "(reverse-i-search)`needle': echo needle in hay"
        screen.wait_for("main", lambda text: text.rstrip().endswith(searching))
        screen.send_keys("main", "C-z")
        screen.wait_for("main", lambda text: "Stopped" in text and text.rstrip().endswith("shell>"))
        self.modes_are_in_order(screen)
        screen.type_line("main", "clear; fg")
        screen.wait_for("main", lambda text: "needle" in text)
        screen.send_keys("main", "C-g", "C-a", "C-k")
        self.ready(screen, "dev alice ● 0 0p>")

    def test_a_command_goes_on_in_the_background(self):
        screen = self.stopped_shell()
        screen.type_line("main", "watch -n 0.2 --times 100000 echo tick")
        screen.wait_for("main", "tick")
        screen.send_keys("main", "C-z")
        screen.wait_for("main", "Stopped")
        screen.type_line("main", "clear; bg")
        screen.wait_for("main", "tick")  # it is not stopped for touching the terminal
        screen.type_line("main", "clear; kill -INT %1")
        screen.wait_for("main", "Stopped")  # the prompt is: it wants the terminal
        screen.type_line("main", "clear; fg")
        self.ready(screen)
        screen.type_line("main", "sleep 0.5")
        screen.wait_for("main", "sleep 0.5\n")
        screen.send_text("main", "echo ahead")
        text = self.ready(screen, f"{self.PROMPT} echo ahead")
        self.assertEqual(text.count("ahead"), 1)


if __name__ == "__main__":
    harness.main()
