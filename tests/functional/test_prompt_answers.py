"""Answers at the prompt, in tmux: the pager, tables in narrow terminals, wallets that lock by themselves."""

import os
import shutil
import signal
import subprocess
import unittest

import harness


@unittest.skipUnless(shutil.which("tmux"), "tmux is not installed")
class AnswerTest(harness.CairnTest):
    PROMPT = "dev - 0 0p> "

    def prompt(self, columns=100, before=""):
        screen = self.tmux(columns)
        cairn = f"{before} {harness.binary()} --network dev --listen off"
        line = f'trap : INT; {cairn}; echo "ended with $?"; read -r wait'
        screen.start("main", program=["sh", "-c", line])
        screen.wait_for("main", self.PROMPT.rstrip())
        return screen

    def ready(self, screen, prompt=None):
        """Waits for the prompt, empty, at the bottom."""
        wanted = (prompt or self.PROMPT).rstrip()
        return screen.wait_for("main", lambda text: text.rstrip().endswith(wanted))

    def mined(self, screen, count):
        screen.type_line("main", "wallet new alice --no-password")
        self.ready(screen, "dev alice ● 0 0p>")
        screen.type_line("main", f"mine {count}")
        self.ready(screen, f"dev alice ● {count} 0p>")
        screen.type_line("main", "clear")
        screen.wait_for("main", lambda text: text.strip() == f"dev alice ● {count} 0p>")

    @unittest.skipUnless(shutil.which("less"), "less is not installed")
    def test_long_answers_go_through_the_pager(self):
        screen = self.prompt()
        self.mined(screen, 60)
        screen.type_line("main", "chain show --last 60")
        shown = screen.wait_for("main", lambda text: text.rstrip().endswith(":"))
        self.assertIn("height", shown)
        self.assertNotIn("\n     1  ", shown)
        screen.send_keys("main", "C-c")  # the pager's, not the prompt's

        def at_the_end(text):  # keys right after Ctrl-C are dropped by the pager, too
            if "\n     1  " not in text:
                screen.send_keys("main", "G")
            return "\n     1  " in text

        screen.wait_for("main", at_the_end)
        screen.send_keys("main", "q")
        self.ready(screen, "dev alice ● 60 0p>")
        screen.type_line("main", "chain show --last 5")  # fits the screen
        self.ready(screen, "dev alice ● 60 0p>")
        screen.type_line("main", "set pager off")
        screen.type_line("main", "chain show --last 60")
        self.ready(screen, "dev alice ● 60 0p>")
        screen.type_line("main", "exit")
        screen.wait_for("main", "ended with 0")

    def test_words_never_go_through_the_pager(self):
        screen = self.tmux(80, 8)
        cairn = f"PAGER='cat > {self.path('leak')}' {harness.binary()} --network dev --listen off"
        screen.start("main", program=["sh", "-c", cairn])
        screen.wait_for("main", self.PROMPT.rstrip())
        for line in ("wallet new alice --no-password", "wallet export alice --mnemonic"):
            screen.type_line("main", line)
            self.ready(screen, "dev alice ● 0 0p>")
        self.assertFalse(os.path.exists(self.path("leak")))
        screen.type_line("main", "help")  # while others do
        self.ready(screen, "dev alice ● 0 0p>")
        self.assertTrue(os.path.exists(self.path("leak")))

    def test_the_pager_is_the_users(self):
        screen = self.prompt(before="PAGER='sed s/^/page:/'")
        self.mined(screen, 60)
        screen.type_line("main", "chain show --last 60")
        screen.wait_for("main", "\npage:     1  ")
        self.ready(screen, "dev alice ● 60 0p>")
        screen.type_line("main", "set pager 'head -n 3'")  # ends before it has read all
        screen.type_line("main", "clear")
        screen.wait_for("main", lambda text: text.strip() == "dev alice ● 60 0p>")
        screen.type_line("main", "chain show --last 60")
        shown = self.ready(screen, "dev alice ● 60 0p>")
        self.assertNotIn("\n    57  ", shown)
        screen.type_line("main", "set pager no-such-program")
        screen.type_line("main", "chain show --last 60")
        screen.wait_for("main", "\n     1  ")  # shown all the same
        self.ready(screen, "dev alice ● 60 0p>")

    def test_a_pager_that_stays_ends_with_the_run(self):
        screen = self.prompt(before="PAGER='echo paging; cat > /dev/null; read -r wait < /dev/tty'")
        self.mined(screen, 60)
        screen.type_line("main", "chain show --last 60")
        screen.wait_for("main", "paging")
        cairn = subprocess.run(["pgrep", "-P", str(screen.pid_of("main")), "cairn"], text=True, check=True,
                               capture_output=True)
        os.kill(int(cairn.stdout), signal.SIGTERM)
        screen.wait_for("main", "ended with 143")

    def test_a_narrow_terminal_shows_records(self):
        screen = self.prompt(columns=40)
        screen.type_line("main", "wallet new alice --no-password")
        screen.wait_for("main", "dev alice ● 0 0p>")
        screen.type_line("main", "wallet list")
        shown = screen.wait_for("main", "\nname     alice\n")
        self.assertIn("\nlock     no password\n", shown)

    def test_wallets_lock_when_nobody_types(self):
        screen = self.prompt()
        screen.type_line("main", "wallet new alice")
        screen.wait_for("main", "New password of alice:")
        screen.type_line("main", "a password")
        screen.wait_for("main", "Once more:")
        screen.type_line("main", "a password")
        self.ready(screen, "dev alice ● 0 0p>")
        screen.type_line("main", "set lock_after 1s")
        screen.wait_for("main", "alice is locked again")
        self.ready(screen, "dev alice ○ 0 0p>")
        screen.type_line("main", "set lock_after off")
        screen.type_line("main", "wallet unlock --for 1s")
        screen.wait_for("main", "Password of alice:")
        screen.type_line("main", "a password")
        screen.wait_for("main", "Unlocked alice for 1s.")
        screen.send_text("main", "echo half")  # what is being typed stays
        screen.wait_for("main", lambda text: text.count("alice is locked again") == 2)
        screen.wait_for("main", "dev alice ○ 0 0p> echo half")


if __name__ == "__main__":
    harness.main()
