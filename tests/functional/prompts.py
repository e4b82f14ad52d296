"""A prompt in tmux, for the tests of what is typed at it."""

import os
import shutil
import unittest

import harness

# A build without GNU Readline has no search, and edits a line at its end alone.
with_readline = unittest.skipIf(os.environ.get("CAIRN_READLINE") == "OFF", "needs GNU Readline")


@unittest.skipUnless(shutil.which("tmux"), "tmux is not installed")
class PromptCase(harness.CairnTest):
    PROMPT = "dev - 0 0p>"

    network = "dev"  # or a file

    def open(self, columns=100, rows=30, arguments="--listen off", before="", window="main"):
        """A prompt in a shell that tells how cairn ended, and then what the terminal was left as.

        Each one of a test has a home of its own.
        """
        self.opened = getattr(self, "opened", 0) + 1
        if self.opened > 1:
            self.environment = self.environment_in(self.path(f"home{self.opened}"))
        screen = harness.Tmux(self.environment, self.environment["HOME"], columns, rows)
        self.addCleanup(screen.stop)
        self.open_window(screen, arguments, before, window)
        return screen

    def open_window(self, screen, arguments="--listen off", before="", window="main"):
        cairn = f"{before} {harness.binary()} --network {self.network} {arguments}"
        modes = "stty -a | tr ' ;' '\\n\\n' | grep -x -e -echo -e -icanon -e -isig -e -iexten -e -icrnl"
        line = f'trap : INT; {cairn}; echo "ended with $?"; {modes} || echo "terminal in order"; read -r wait'
        screen.start(window, program=["sh", "-c", line])
        screen.wait_for(window, self.PROMPT)

    def ready(self, screen, prompt=None, window="main"):
        """Waits for the prompt, with nothing behind it, at the bottom."""
        wanted = (prompt or self.PROMPT).rstrip()
        return screen.wait_for(window, lambda text: text.rstrip().endswith(wanted))

    def do(self, screen, line, prompt=None, window="main"):
        """A command, carried out to its end."""
        screen.type_line(window, line)
        return screen.wait_for(window, lambda text: line.split()[0] in text and
                               text.rstrip().endswith((prompt or self.PROMPT).rstrip()))

    def with_wallet(self, screen, blocks=0, name="alice"):
        """A wallet of that many blocks; gives the prompt there is then, and leaves the screen empty."""
        self.do(screen, f"wallet new {name} --no-password", f"dev {name} ● 0 0p>")
        prompt = f"dev {name} ● {blocks} 0p>"
        if blocks:
            self.do(screen, f"mine {blocks}", prompt)
        screen.type_line("main", "clear")
        screen.wait_for("main", lambda text: text.strip() == prompt)
        return prompt

    def ended(self, screen, code=0, window="main"):
        """It has ended with this code, and left the terminal as it was."""
        text = screen.wait_for(window, lambda text: f"ended with {code}\n" in text and
                               text.rstrip().splitlines()[-1] != f"ended with {code}")
        self.assertIn("terminal in order", text)
        return text

    def last_row(self, screen, window="main", styles=False):
        """The lowest row that is not empty; with `styles` with its escapes."""
        options = ["-e"] if styles else []
        rows = screen._tmux("capture-pane", "-p", *options, "-t", f"test:{window}").rstrip().splitlines()
        return rows[-1] if rows else ""
