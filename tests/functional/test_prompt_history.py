"""The history of the prompt: its file, what is kept out of it; and what the prompt writes, byte by byte."""

import os
import pty
import select
import stat
import time

import harness
from prompts import PromptCase, with_readline

WORDS = "abandon " * 11 + "about"


class HistoryTest(PromptCase):
    def lines(self):
        with open(self.path("state", "cairn", "history"), encoding="utf-8") as file:
            return file.read().splitlines()

    def test_secrets_and_answers_are_no_history(self):
        screen = self.open()
        screen.type_line("main", "wallet restore alice")
        screen.wait_for("main", "The words of the wallet:")
        screen.type_line("main", WORDS)
        for question in ("New password of alice:", "Once more:"):
            screen.wait_for("main", question)
            screen.type_line("main", "h0rse")
        self.ready(screen, "dev alice ● 0 0p>")
        self.do(screen, " echo hidden", "dev alice ● 0 0p>")
        self.do(screen, "echo seen", "dev alice ● 0 0p>")
        self.assertEqual(self.lines(), ["wallet restore alice", "echo seen"])
        mode = os.stat(self.path("state", "cairn", "history")).st_mode
        self.assertEqual(stat.S_IMODE(mode), 0o600)
        text = screen.capture("main", history=True)
        self.assertNotIn("abandon", text)
        self.assertNotIn("h0rse", text)

    def test_a_line_with_a_secret_is_kept_nowhere(self):
        screen = self.open(columns=160)
        record = self.path("session.cairn")
        self.do(screen, f"record {record}")
        words = "not kept in the history: it holds the words of a wallet"
        for line, told in ((f"echo {WORDS}", words), ("balance --password hunter2",
                                                      "not kept in the history: it holds a password")):
            self.do(screen, "echo before")
            screen.type_line("main", line)
            screen.wait_for("main", told)
            self.ready(screen)
            screen.send_keys("main", "Up")
            self.ready(screen, f"{self.PROMPT} echo before")
            screen.send_keys("main", "C-u")
            self.ready(screen)
        self.assertIn("not recorded: it holds the words of a wallet", screen.capture("main"))
        for start, rest in ((WORDS[:40], WORDS[40:]), ("echo one ", "two")):  # in two lines
            screen.type_line("main", start + "\\")
            screen.wait_for("main", lambda text: text.rstrip().splitlines()[-1].rstrip() == ">")
            screen.type_line("main", rest)
            screen.wait_for("main", lambda text, rest=rest: f"> {rest}\n" in text)
            self.ready(screen)
        self.assertEqual(screen.capture("main").count(words), 2)
        self.do(screen, "record off")
        self.assertEqual(self.lines(),
                         [f"record {record}", "echo before", "echo one \\", "two", "record off"])
        with open(record, encoding="utf-8") as file:
            self.assertEqual(set(file.read().splitlines()), {"echo before", "echo one two"})

    @with_readline
    def test_hidden_lines_are_not_found_by_a_search(self):
        screen = self.open()
        self.do(screen, "echo needle one")
        self.do(screen, " echo needle two")
        screen.send_keys("main", "C-r")
        screen.send_text("main", "needle")
        screen.wait_for("main", "': echo needle one")
        screen.send_keys("main", "C-r")  # no older one
        screen.wait_for("main", "failed")
        screen.send_keys("main", "C-c")
        self.ready(screen)

    def test_two_prompts_lose_no_line_of_each_other(self):
        screen = self.open(arguments="--listen off --profile one")
        self.open_window(screen, "--listen off --profile two", window="other")
        for number in range(5):
            for window in ("main", "other"):
                screen.type_line(window, f"echo {window} {number}")
                screen.wait_for(window, f"\n{window} {number}\n")
                self.ready(screen, window=window)
        typed = [f"echo {window} {number}" for window in ("main", "other") for number in range(5)]
        self.assertEqual(sorted(self.lines()), sorted(typed))


class BytesTest(harness.CairnTest):
    """What is written to the terminal, byte by byte, without a terminal between."""

    def test_no_title_is_ever_set(self):
        self.environment["TERM"] = "xterm-256color"
        program = harness.binary()
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.home)
            os.execve(program, ["cairn", "--network", "dev", "--listen", "off"], self.environment)
        self.addCleanup(os.close, terminal)
        seen = b""

        def until(wanted):
            nonlocal seen
            end = time.monotonic() + harness.DEADLINE_S
            while wanted not in seen:
                self.assertTrue(select.select([terminal], [], [], max(0, end - time.monotonic()))[0], seen)
                try:
                    seen += os.read(terminal, 65536)
                except OSError:
                    return False  # it has ended
            return True

        def type_in(text, wanted):
            nonlocal seen, everything
            everything += seen
            seen = b""
            os.write(terminal, text)
            return until(wanted)

        everything = b""
        until(b"0p> ")
        type_in(b"wallet new alice\r", b"New password of alice:")
        type_in(b"h0rse\r", b"Once more:")
        type_in(b"h0rse\r", b"0 0p> ")
        type_in(b"mine 3\r", b"3 0p> ")
        type_in(b"send alice 1 --fee 0.001\r", b"[y/N]")
        type_in(b"y\r", b"3 0p> ")
        type_in(b"echo \x1b]0;title\x07\r", b"3 0p> ")
        type_in(b"wal\t\t", b"wallet")
        type_in(b"\x15mine start\r", b"Mining in the background")
        type_in(b"send alice 1", b"available")
        until(b"block")
        type_in(b"\x15mine stop\r", b"Mining stopped")
        type_in(b"\x04", b"\n")
        os.waitpid(pid, 0)
        everything += seen
        self.assertNotIn(b"h0rse", everything)
        self.assertGreater(everything.count(b"\x1b["), 10)  # it was written to a terminal
        for begins in (b"\x1b]", b"\x1bP", b"\x1b_", b"\x1b^", b"\x1bk", "\x9d".encode()):
            at = everything.find(begins)
            self.assertEqual(at, -1, everything[max(0, at - 40):at + 40])


if __name__ == "__main__":
    harness.main()
