"""Recorded sessions in documents are typed into tmux as they stand, and must be true.

A block of a page whose first word is the name of a pane holds prompts, what is typed at them and what comes
of it. Ids, addresses, ports and times are others in each run, so they are compared by their places alone.
"""

import re

import harness
from nodes import NodeTest, PATIENCE_S, TRIVIAL

PROMPT = re.compile(r"^(?:\$|dev \S+ (?:[●○] )?\d+ \d+p>) (.*)$")
ASKS = "? [y/N]"


def decimals(match):
    return f"{float(match[0]):.3f}".rstrip("0").rstrip(".")


def plain(text):
    """Text without what differs each time. Fees of the test's network vanish in the rounding."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+(\.\d+Z)?", "TIME", text)
    text = re.sub(r"\bdcrn1[0-9a-z]+", "ADDRESS", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "PLACE", text)
    text = re.sub(r"\d+\.\d{3,8}\b", decimals, text)  # before ids: eight decimals look like one
    text = re.sub(r"\b[0-9a-f]{8,64}\b", "ID", text)
    text = re.sub(r"\b(now|\d+[smhd])\s*$", "AGE", text)
    text = re.sub(r"\S+/cairn/", "HERE/", text)
    text = re.sub(r"^(?:\d+ )?blocks?(?: up to)? (\d+), \d+ transactions?", r"blocks up to \1", text)
    text = re.sub(r" (\d+ ms|-) ", " LATENCY ", text)
    text = re.sub(r"^\s*\d+( +PLACE +)(in|out)\b", r"N\1WAY", text)
    return re.sub(r"\s+", " ", text).strip()


class Transcript(NodeTest):
    """A test of one page: its panes, and what is done with them."""

    PANES = ("left", "right")

    def setUp(self):
        super().setUp()
        # As dev in all that shows, and yet a network of its own.
        self.network = self.path("own.json")
        self.expect(0, "network", "new", self.network, "--name", "dev", "--ticker", "DCRN",
                    "--prefix", "dcrn", "--interval", "1s", *TRIVIAL)
        self.screen = self.tmux(columns=180, rows=50)
        for pane in self.PANES:
            self.screen.start(pane, program=["env", "PS1=$ ", "sh"])
        self.told = {}  # names of the page, and what they are here
        self.seen = {pane: 0 for pane in self.PANES}  # lines that earlier steps have accounted for

    def steps_of(self, page):
        """(pane, what is typed or None, the lines that follow) in their order."""
        panes = "|".join(self.PANES)
        for pane, body in re.findall(rf"^```({panes})\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
            typed, answer = None, []
            for line in body.splitlines():
                command = PROMPT.match(line)
                if not command:
                    answer.append(line)
                    continue
                if typed or answer:
                    yield pane, typed, answer
                typed, answer = command[1], []
            yield pane, typed, answer

    def lines(self, pane):
        return self.screen.capture(pane, history=True).rstrip("\n").split("\n")

    def typed_here(self, command):
        """A command of the page with the files, addresses and ports of this run."""
        for there, here in self.told.items():
            command = command.replace(there, here)
        command = re.sub(r"^cairn ", harness.binary() + " ", command)
        return command.replace("--network dev", f"--network {self.network}")

    def type_command(self, pane, command):
        """At the prompt that comes after the last command, and seen to be there."""
        free = re.compile(r"(\$|p>)$")
        self.screen.wait_for(pane, lambda _: free.search(self.lines(pane)[-1].rstrip()),
                             deadline_s=PATIENCE_S)
        self.seen[pane] = len(self.lines(pane)) - 1
        self.screen.send_text(pane, command)
        # As much of it as stands on the first line; what is free above is then not taken for the next prompt.
        self.screen.wait_for(pane, lambda _: command[:20] in "\n".join(self.lines(pane)[self.seen[pane]:]),
                             deadline_s=PATIENCE_S)
        self.screen.send_keys(pane, "Enter")

    def expect_line(self, pane, line):
        """Waits until the pane shows such a line, in this step or since."""
        if not line.strip() or line.startswith("("):
            return
        wanted = plain(line.split(ASKS)[0])
        found = []

        def matches(_):
            # Blocks and peers of one showing stand in one line.
            shown = self.lines(pane)[self.seen[pane]:]
            found[:] = [one for whole in shown for one in (whole, *whole.split("; "))
                        if plain(one.split(ASKS)[0]) == wanted]
            return bool(found)

        self.screen.wait_for(pane, matches, deadline_s=PATIENCE_S)
        for pattern in (r"\bdcrn1[0-9a-z]+", r"(?<=Listening on )127\.0\.0\.1:\d+"):
            self.told.update(zip(re.findall(pattern, line), re.findall(pattern, found[-1])))
        if ASKS in line:
            self.screen.type_line(pane, line.split(ASKS)[1].strip())

    def play(self, page):
        """Types all of it; gives the number of commands."""
        count = 0
        for pane, typed, answer in self.steps_of(page.read_text(encoding="utf-8")):
            if typed is not None:
                self.type_command(pane, self.typed_here(typed))
                count += 1
            for line in answer:
                self.expect_line(pane, line)
        return count
