"""What a running process has cost so far, as Linux tells it."""

import os
from pathlib import Path


def cpu_seconds(pid):
    """User and system time of all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _status_mib(pid, name):
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    raise AssertionError("the process is gone")


def rss_mib(pid):
    """Memory that it holds, in MiB: its own, and mapped files (the index) that the system could take back."""
    return _status_mib(pid, "VmRSS")


def own_mib(pid):
    """Memory of its own, in MiB."""
    return _status_mib(pid, "RssAnon")


def thread_seconds(pid):
    """As cpu_seconds, to the microsecond, of the threads that live."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text(encoding="ascii").split()[0]) for task in tasks) / 1e9
