"""Runs the built cairn for functional tests, each in a place of its own.

A test file is a unittest that ends in `if __name__ == "__main__": harness.main()`. The program under test is
the file's first argument, or CAIRN_BINARY. Nothing here sleeps for luck: each wait is for a thing to happen,
with a deadline; one that passes fails the test with all that was seen.
"""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

DEADLINE_S = 30.0  # generous: sanitizers on a busy machine; what takes longer hangs
POLL_S = 0.02  # between two looks at a screen, which cannot be waited for

_binary = os.environ.get("CAIRN_BINARY", "")


def binary():
    """The absolute path of the program under test."""
    if not _binary:
        raise RuntimeError("which cairn? Give its path as the first argument, or in CAIRN_BINARY")
    return str(Path(_binary).resolve())


class Outcome:
    """What one run left: exit code, standard output, standard error."""

    def __init__(self, arguments, code, out, err):
        self.arguments, self.code, self.out, self.err = arguments, code, out, err

    def __iter__(self):
        return iter((self.code, self.out, self.err))

    @property
    def lines(self):
        return self.out.splitlines()

    @property
    def records(self):
        """Each line of standard output as JSON; a line that is none fails."""
        return [json.loads(line) for line in self.lines]

    @property
    def data(self):
        """`data` of the one record that a single --json command prints."""
        records = self.records
        assert len(records) == 1 and records[0]["ok"], f"expected one good record: {self}"
        return records[0]["data"]

    def __str__(self):
        return f"cairn {' '.join(self.arguments)}: exit {self.code}\n-- out:\n{self.out}-- err:\n{self.err}"


class Process:
    """A cairn that goes on running: lines in, lines out. Use as a context: it is gone at the end."""

    def __init__(self, arguments, environment, directory):
        self.arguments = arguments
        self.seen = []  # all lines so far, of both streams, for messages
        self._process = subprocess.Popen(
            [binary(), *arguments], env=environment, cwd=directory, text=True, encoding="utf-8", bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        self.pid = self._process.pid
        self._queues = {}
        self._readers = []
        for name, stream in (("out", self._process.stdout), ("err", self._process.stderr)):
            self._queues[name] = queue.Queue()
            reader = threading.Thread(target=self._read, args=(name, stream), daemon=True)
            reader.start()
            self._readers.append(reader)

    def _read(self, name, stream):
        for line in stream:
            self.seen.append(f"{name}: {line.rstrip()}")
            self._queues[name].put(line.rstrip("\n"))
        self._queues[name].put(None)  # the end

    def send(self, line, end="\n"):
        self._process.stdin.write(line + end)
        self._process.stdin.flush()

    def close_input(self):
        self._process.stdin.close()

    def read_line(self, stream="out", deadline_s=DEADLINE_S):
        """The next line of `out` or `err`; None at its end."""
        try:
            line = self._queues[stream].get(timeout=deadline_s)
        except queue.Empty:
            raise AssertionError(f"no line on {stream} within {deadline_s} s\n{self}") from None
        if line is None:
            self._queues[stream].put(None)
        return line

    def wait_line(self, wanted, stream="out", deadline_s=DEADLINE_S):
        """Reads on until a line holds `wanted` (a text, or a function of it), and gives that line."""
        end = time.monotonic() + deadline_s
        matches = wanted if callable(wanted) else lambda line: wanted in line
        while True:
            line = self.read_line(stream, max(0.0, end - time.monotonic()))
            assert line is not None, f"{stream} ended before {wanted!r}\n{self}"
            if matches(line):
                return line

    def read_json(self, deadline_s=DEADLINE_S):
        """The next line of standard output, as JSON."""
        line = self.read_line("out", deadline_s)
        assert line is not None, f"standard output ended\n{self}"
        return json.loads(line)

    def ask(self, command, deadline_s=DEADLINE_S):
        """Sends a command to a process that runs with --json, and gives its answer, passing over events."""
        self.send(command)
        while True:
            record = self.read_json(deadline_s)
            if "event" not in record:
                return record

    def kill(self, which=signal.SIGKILL):
        self._process.send_signal(which)

    def wait(self, deadline_s=DEADLINE_S):
        """The exit code, once it has ended; negative is the signal that ended it."""
        try:
            code = self._process.wait(deadline_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {deadline_s} s\n{self}") from None
        for reader in self._readers:
            reader.join(deadline_s)
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for reader in self._readers:
            reader.join(DEADLINE_S)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            try:
                stream.close()
            except OSError:
                pass  # input that nobody read any more

    def __str__(self):
        return f"cairn {' '.join(self.arguments)} (pid {self.pid})\n" + "\n".join(self.seen)


class Tmux:
    """A tmux server of the test's own, without the user's settings."""

    def __init__(self, environment, directory, columns=100, rows=30):
        self._socket = os.path.join(directory, "tmux.sock")
        self._environment = {**environment, "TERM": "xterm-256color"}
        self._environment.pop("TMUX", None)
        self._size = ["-x", str(columns), "-y", str(rows)]
        self._directory = directory
        self._started = False
        self._settings = os.path.join(directory, "tmux.conf")
        Path(self._settings).write_text("set -g remain-on-exit on\n", encoding="utf-8")

    def _tmux(self, *arguments, check=True):
        made = subprocess.run(["tmux", "-f", self._settings, "-S", self._socket, *arguments],
                              text=True, encoding="utf-8", env=self._environment, capture_output=True,
                              timeout=DEADLINE_S, check=False)
        assert made.returncode == 0 or not check, f"tmux {' '.join(arguments)}: {made.stderr}"
        return made.stdout

    def start(self, window, *arguments, program=None):
        """A new window that runs cairn with these arguments, or another program. Its pane outlives it."""
        command = program or [binary(), *arguments]
        if self._started:
            self._tmux("new-window", "-d", "-t", "test", "-n", window, "-c", self._directory, *command)
        else:
            self._tmux("new-session", "-d", "-s", "test", "-n", window, "-c", self._directory, *self._size,
                       *command)
            self._started = True

    def send_text(self, window, text):
        """Types text as it is."""
        self._tmux("send-keys", "-t", f"test:{window}", "-l", "--", text)

    def send_keys(self, window, *keys):
        """Presses keys by tmux's names: Enter, Tab, Up, C-c, C-r."""
        self._tmux("send-keys", "-t", f"test:{window}", *keys)

    def type_line(self, window, text):
        self.send_text(window, text)
        self.send_keys(window, "Enter")

    def capture(self, window, history=False):
        """The screen as text; with `history` also what has scrolled off.

        When the program has ended, tmux scrolls its last screen off: then the history is always part of it.
        """
        dead = self._tmux("display-message", "-p", "-t", f"test:{window}", "#{pane_dead}").strip() == "1"
        history = history or dead
        return self._tmux("capture-pane", "-p", "-t", f"test:{window}", *(["-S", "-"] if history else []))

    def wait_for(self, window, wanted, deadline_s=DEADLINE_S, history=False):
        """Looks until the screen holds `wanted` (a text, or a function of it), and gives the screen."""
        matches = wanted if callable(wanted) else lambda screen: wanted in screen
        end = time.monotonic() + deadline_s
        while True:
            screen = self.capture(window, history)
            if matches(screen):
                return screen
            assert time.monotonic() < end, f"not on the screen within {deadline_s} s: {wanted!r}\n{screen}"
            threading.Event().wait(POLL_S)

    def pid_of(self, window):
        """The process that the window was started with."""
        return int(self._tmux("display-message", "-p", "-t", f"test:{window}", "#{pane_pid}"))

    def stop(self):
        if self._started:
            self._tmux("kill-server", check=False)
            self._started = False


class CairnTest(unittest.TestCase):
    """Base of functional tests: an empty home for each test, removed afterwards."""

    maxDiff = None

    def setUp(self):
        # Short, below /tmp: the path of a tmux socket may have 107 characters at most.
        self.home = tempfile.mkdtemp(prefix="cairn-", dir="/tmp")
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.environment = self.environment_in(self.home)

    def environment_in(self, home):
        """A user's surroundings below `home`: a second one is a second user of the machine."""
        places = {"XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config", "XDG_STATE_HOME": "state",
                  "XDG_RUNTIME_DIR": "run", "XDG_CACHE_HOME": "cache", "TMPDIR": "tmp"}
        for name in places.values():
            os.makedirs(os.path.join(home, name), mode=0o700, exist_ok=True)
        kept = {name: value for name, value in os.environ.items()
                if name in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LD_LIBRARY_PATH")}
        return {**kept, "HOME": home, "LANG": "C.UTF-8", "TZ": "UTC", "TERM": "dumb",
                **{name: os.path.join(home, place) for name, place in places.items()}}

    def path(self, *parts):
        return os.path.join(self.home, *parts)

    def write(self, name, text):
        """A file in the home of the test; gives its path."""
        Path(self.path(name)).write_text(text, encoding="utf-8")
        return self.path(name)

    def run_cairn(self, *arguments, stdin="", environment=None, deadline_s=DEADLINE_S):
        """Runs cairn to its end. Standard input is `stdin`, never a terminal."""
        made = subprocess.run([binary(), *arguments], input=stdin, env=environment or self.environment,
                              cwd=self.home,
                              text=True, encoding="utf-8", capture_output=True, timeout=deadline_s,
                              check=False)
        return Outcome(arguments, made.returncode, made.stdout, made.stderr)

    def expect(self, code, *arguments, **options):
        """As run_cairn, and the exit code must be this one."""
        outcome = self.run_cairn(*arguments, **options)
        self.assertEqual(outcome.code, code, str(outcome))
        return outcome

    def start(self, *arguments, environment=None):
        """A cairn that goes on running; use it as a context, or it ends with the test."""
        process = Process(arguments, environment or self.environment, self.home)
        self.addCleanup(process.__exit__)
        return process

    def tmux(self, columns=100, rows=30):
        """A tmux server for this test."""
        server = Tmux(self.environment, self.home, columns, rows)
        self.addCleanup(server.stop)
        return server


def main():
    """Takes the program's path off the arguments and runs the tests of the calling file."""
    global _binary
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        _binary = sys.argv.pop(1)
    binary()
    unittest.main(module="__main__")
