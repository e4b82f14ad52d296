"""clang-tidy over the project, several files at a time, skipping what is unchanged: tidy.py BUILD [FILE...].

A file that is found clean is remembered below BUILD/tidy-cache with all that this rests on: the command, the
version of the tool, every .clang-tidy, and the content of each file it includes, system headers too. If any
of these differs, the file is checked again. FILE: sources to check, instead of all.
"""

import concurrent.futures
import functools
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

TIDY = "clang-tidy-14"
FOLDERS = ("lib", "net", "cli", "tests")


@functools.lru_cache(maxsize=None)
def digest_of(path):
    """The content's hash, read once a run; None where there is no such file."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return None


def run(command, directory):
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)


def dependencies_of(entry):
    """The file and all that it includes, by the compiler's own account."""
    command, skip = [], False
    for word in shlex.split(entry["command"]):
        if skip or word in ("-o", "-c"):
            skip = word == "-o"
            continue
        if os.path.basename(word) != "ccache":
            command.append(word)
    made = run(command + ["-M", "-w"], entry["directory"])
    if made.returncode != 0:
        return None
    words = shlex.split(made.stdout.replace("\\\n", " "))
    return sorted({os.path.normpath(os.path.join(entry["directory"], word)) for word in words[1:]})


class Tidy:
    def __init__(self, build, root):
        self.build, self.root = build, root
        self.cache = build / "tidy-cache"
        self.cache.mkdir(exist_ok=True)
        configs = sorted([root / ".clang-tidy",
                          *(p for f in FOLDERS for p in (root / f).rglob(".clang-tidy"))])
        version = run([TIDY, "--version"], root).stdout
        self.common = hashlib.sha256(json.dumps(
            [version, digest_of(Path(__file__)), [(str(path), digest_of(path)) for path in configs]]
        ).encode()).hexdigest()

    def check(self, entry):
        """(checked or remembered, its complaints)"""
        name = os.path.relpath(entry["file"], self.root)
        record = self.cache / (name.replace("/", "+") + ".json")
        base = [self.common, entry["command"]]
        try:
            known = json.loads(record.read_text())
            if known["base"] == base and all(digest_of(p) == d for p, d in known["files"].items()):
                return "remembered", ""
        except (OSError, ValueError, KeyError):
            pass
        # Hashed before the check: a change during it makes the record stale, never wrong.
        files = dependencies_of(entry)
        digests = {path: digest_of(path) for path in files or []}
        made = run([TIDY, "-p", str(self.build), "--quiet", entry["file"]], self.root)
        if made.returncode == 0 and files:
            partial = record.with_suffix(".part")
            partial.write_text(json.dumps({"base": base, "files": digests}))
            partial.replace(record)
        if made.returncode == 0:
            return "checked", ""
        noise = re.compile(r"\d+ warnings? |Suppressed |Use -header-filter|Error while processing")
        errors = [line for line in made.stderr.splitlines() if not noise.match(line)]
        return "checked", "\n".join([made.stdout.rstrip(), *errors]).strip() or f"{name}: {TIDY} failed"


def main():
    build, root = Path(sys.argv[1]).resolve(), Path.cwd()
    wanted = {str(Path(name).resolve()) for name in sys.argv[2:]}
    entries = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        folder = os.path.relpath(entry["file"], root).split(os.sep)[0]
        if folder in FOLDERS and (not wanted or entry["file"] in wanted):
            entries.setdefault(entry["file"], entry)
    tidy = Tidy(build, root)
    counts, broken, told = {"checked": 0, "remembered": 0}, 0, set()
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for state, text in pool.map(tidy.check, entries.values()):
            counts[state] += 1
            broken += bool(text)
            if text and text not in told:
                told.add(text)
                print(text, flush=True)
    checked, remembered = counts["checked"], counts["remembered"]
    print(f"clang-tidy: {checked} files checked, {remembered} unchanged, {broken} with findings")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
