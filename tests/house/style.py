"""Checks of the form of files: what a reader meets in each of them."""

import posixpath
import re

from sources import Finding

COLUMNS = 110
FILE_LINES = 400
FUNCTION_LINES = 70
MARKS = "|".join(("TO" "DO", "FIX" "ME", "X" "XX"))
# Names of tests are sentences that say what the file is for.
NO_HEADING = ("tests/unit/", "tests/property/", "tests/vectors/")
DATA = ("tests/vectors/", "tests/fuzz/corpus/")


def check_headings(sources):
    """A file starts with what it is for."""
    for path, source in sources.items():
        if path.startswith(NO_HEADING) or source.lines[0].startswith("//"):
            continue
        if path.endswith(".cpp") and path[:-4] + ".hpp" in sources:
            continue
        yield Finding(path, 1, "no comment at the start",
                      "the first thing a reader meets is what the file is for, and its contract")


def check_text(texts):
    """No tabs, no blanks at the end of a line, no marks of unfinished work, a line break at the end."""
    for path, text in texts.items():
        if path.startswith(DATA) and not path.endswith((".cpp", ".hpp")):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if "\t" in line:
                yield Finding(path, number, "a tab", "tabs look different to everybody")
            if line != line.rstrip():
                yield Finding(path, number, "blanks at the end of the line",
                              "they are invisible and make changes noisy")
            mark = re.search(rf"\b({MARKS})\b", line)
            if mark and not path.endswith(".md"):
                yield Finding(path, number, f"'{mark.group(1)}'",
                              "finish it, or leave it out: a mark is a promise nobody keeps")
            if re.match(r"(<{7}|>{7}) ", line):
                yield Finding(path, number, "a mark of a merge conflict", "the merge is unfinished")
        if text and not text.endswith("\n"):
            yield Finding(path, text.count("\n") + 1, "no line break at the end of the file",
                          "tools that join files would join lines")


def check_columns(sources, texts):
    """Lines fit a screen with two files side by side."""
    for path, text in texts.items():
        if not path.endswith((".py", ".sh", ".cmake", "CMakeLists.txt")) and path not in sources \
                and not path.startswith("scripts/") or path.startswith(DATA):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > COLUMNS:
                yield Finding(path, number, f"{len(line)} columns",
                              f"at most {COLUMNS}: two files fit side by side")


def check_sizes(sources, allowed):
    """Files and functions that outgrow one screenful of thought are two things. `allowed`: name → reason."""
    used = set()
    for path, source in sources.items():
        lines = source.text.count("\n")
        if lines > FILE_LINES and not path.startswith(DATA):
            if path in allowed:
                used.add(path)
            else:
                yield Finding(path, 1, f"{lines} lines",
                              f"at most {FILE_LINES}: a file that outgrows this is two things")
        for name, start, length in source.functions():
            if length > FUNCTION_LINES:
                key = f"{path}:{name}"
                if key in allowed:
                    used.add(key)
                else:
                    yield Finding(path, start, f"function {name}: {length} lines",
                                  f"at most {FUNCTION_LINES}: name its parts")
    for key in allowed:
        if key not in used:
            yield Finding("tests/house/allowed.txt", 1, f"'{key}' is allowed without need",
                          "an exception that is no longer one hides the next")


def check_dead_headers(sources, graph):
    """A header that nobody but its own .cpp includes is dead."""
    included = {}
    for path, edges in graph.items():
        for _, target in edges:
            included.setdefault(target, set()).add(path)
    for path, source in sources.items():
        if source.is_header and not included.get(path, set()) - {path[:-4] + ".cpp"}:
            yield Finding(path, 1, "nobody includes this header",
                          "dead files mislead: use it, test it, or remove it")


def check_links(texts, exists):
    """Links of documents lead to files that are there. `exists(path)` answers for the project's root."""
    for path, text in texts.items():
        if not path.endswith(".md"):
            continue
        fenced = False
        for number, line in enumerate(text.split("\n"), 1):
            if line.lstrip().startswith("```"):
                fenced = not fenced
            if fenced:
                continue
            for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", line)):
                if re.match(r"[a-z][a-z0-9+.-]*:", target) or target.startswith("#"):
                    continue
                file = posixpath.normpath(posixpath.join(posixpath.dirname(path), target.split("#")[0]))
                if file.startswith("..") or not exists(file):
                    yield Finding(path, number, f"link to {target}: no such file",
                                  "a link that leads nowhere sends the reader away")


def check_decisions(texts):
    """Every record of a decision stands in the index."""
    index = texts.get("docs/adr/README.md", "")
    for path in texts:
        if re.match(r"docs/adr/\d{4}-", path) and f"({posixpath.basename(path)})" not in index:
            yield Finding(path, 1, "not in docs/adr/README.md", "what the index does not name is not found")


def read_allowed(text):
    """Lines of `path[:function] reason`; a line without a reason is refused."""
    allowed = {}
    for line in text.split("\n"):
        if line.strip() and not line.startswith("#"):
            name, _, reason = line.strip().partition(" ")
            if not reason:
                raise ValueError(f"tests/house/allowed.txt: '{name}' has no reason")
            allowed[name] = reason
    return allowed
