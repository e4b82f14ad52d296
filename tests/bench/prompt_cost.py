#!/usr/bin/env python3
"""How quickly the prompt is there, and answers: prompt_cost.py CAIRN EXPORT [RUNS].

EXPORT is a chain of `dev` (bench_make_chain PAYMENTS ACCOUNTS SEED FILE), imported once. Beside cairn, in
turn and in the same run, redis-cli (with a server of its own on a socket) and `sqlite3 :memory:`, each in a
pseudo-terminal: from the start until the prompt stands, from a line's end until the answer is whole and the
prompt is back, and a one-shot command. Programs that are not installed are left out. Prints medians; nothing
passes or fails."""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>]|[\x01\x02]")


class Terminal:
    """A program in a pseudo-terminal, with all that it wrote."""

    def __init__(self, command, environment):
        self.start = time.perf_counter()
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
            os.execvpe(command[0], command, environment)
        self.seen = b""

    def wait_for(self, prompt, since=0):
        """Reads until the prompt stands at the end of what came after `since`; the time of that."""
        while True:
            text = ESCAPES.sub(b"", self.seen[since:]).replace(b"\r", b"")
            if text.rstrip(b" ").endswith(prompt):
                return time.perf_counter()
            if not select.select([self.descriptor], [], [], 30)[0]:
                raise AssertionError(f"no prompt: {self.seen!r}")
            self.seen += os.read(self.descriptor, 65536)

    def ask(self, line, prompt):
        """Seconds from the end of the line until the prompt is back."""
        since = len(self.seen)
        os.write(self.descriptor, line.encode())
        while line.encode() not in ESCAPES.sub(b"", self.seen[since:]):  # the echo, before the clock starts
            self.seen += os.read(self.descriptor, 65536)
        since = len(self.seen)
        begin = time.perf_counter()
        os.write(self.descriptor, b"\r")
        return self.wait_for(prompt, since) - begin

    def end(self):
        os.write(self.descriptor, b"\x04")
        try:
            while os.read(self.descriptor, 65536):
                pass
        except OSError:
            pass  # a terminal whose program has ended
        os.close(self.descriptor)
        os.waitpid(self.pid, 0)


def once(command, environment):
    begin = time.perf_counter()
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def measure(cairn, export, runs):
    """Seconds of each thing done, by its name, in lists of `runs`."""
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as work:
        environment = {**os.environ, "HOME": work, "XDG_STATE_HOME": work, "XDG_CONFIG_HOME": work,
                       "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        place = ["--datadir", os.path.join(work, "node"), "--network", "dev"]
        for command in (["chain", "import", export], ["wallet", "new", "alice", "--no-password"], ["mine"]):
            subprocess.run([cairn, *place, *command], env=environment, stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        programs = {"cairn": ([cairn, *place, "--listen", "off"], b"0p>", ["balance", "chain status"],
                              [cairn, *place, "balance"])}
        server = None
        if shutil.which("sqlite3"):
            programs["sqlite3"] = (["sqlite3", ":memory:"], b"sqlite>", ["select 1;"],
                                   ["sqlite3", ":memory:", "select 1"])
        if shutil.which("redis-server") and shutil.which("redis-cli"):
            socket = os.path.join(work, "redis.sock")
            server = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", socket, "--save", "",
                                       "--dir", work], stdout=subprocess.DEVNULL)
            while not os.path.exists(socket):
                os.sched_yield()
            programs["redis-cli"] = (["redis-cli", "-s", socket], b".sock>", ["get nothing"],
                                     ["redis-cli", "-s", socket, "get", "nothing"])
        times = {}
        for _ in range(runs):
            for name, (command, prompt, lines, one_shot) in programs.items():
                terminal = Terminal(command, environment)
                taken = terminal.wait_for(prompt) - terminal.start
                times.setdefault(f"{name}: start to prompt", []).append(taken)
                for line in lines:
                    times.setdefault(f"{name}: {line}", []).append(terminal.ask(line, prompt))
                terminal.end()
                times.setdefault(f"{name}: one command", []).append(once(one_shot, environment))
        if server:
            server.send_signal(signal.SIGTERM)
            server.wait()
        return times


def main():
    cairn, export = (os.path.abspath(path) for path in sys.argv[1:3])
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 15
    for name, all_of in measure(cairn, export, runs).items():
        print(f"{name:28}{1000 * statistics.median(all_of):8.2f} ms"
              f"   ({1000 * min(all_of):.2f} to {1000 * max(all_of):.2f})")


if __name__ == "__main__":
    main()
