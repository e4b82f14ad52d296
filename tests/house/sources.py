"""The files of the project as the checks see them: text, code without comments, includes, functions."""

import re
from pathlib import Path

SOURCE_ROOTS = ("lib", "net", "cli", "tests")
SKIPPED_DIRECTORIES = {".git", "build", ".cache", "__pycache__", ".ccache"}
TEXT_SUFFIXES = {".hpp", ".cpp", ".py", ".sh", ".cmake", ".in", ".md", ".txt", ".json", ".toml", ".cairn"}
TEXT_NAMES = {".clang-format", ".clang-tidy", ".gitignore", "LICENSE", "packages", "run", "test", "lint"}

# A comment, a raw string, a string or a character, whichever starts first. A ' between digits is a separator.
TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^()\\ ]{0,16})\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"|'
    r"(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.S)


# What may stand before the header of a function or a class, and the start of one that holds declarations.
HEADER_PREFIX = re.compile(r"^(\s*(public|private|protected)\s*:(?!:)|\s*template\s*<[^{;]*?>(?=\s)|\s+)*")
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.)*", re.M | re.S)
SCOPE = re.compile(r'(inline\s+)?namespace\b|extern ""$|(class|struct|union|enum)\b')


class Finding:
    """One broken rule: where, what, and why the rule stands."""

    def __init__(self, path, line, what, why):
        self.path, self.line, self.what, self.why = path, line, what, why

    def __str__(self):
        return f"{self.path}:{self.line}: {self.what}\n    why: {self.why}"


class Source:
    """One C++ file. `path` is relative to the root of the project, with forward slashes."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        self.lines = text.split("\n")
        self.code = TOKEN.sub(_blank, text)
        self.code_lines = self.code.split("\n")
        self.includes = []  # (line number, name, written with quotes?)
        for number, line in enumerate(self.lines, 1):
            match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if match:
                self.includes.append((number, match.group(2), match.group(1) == '"'))

    @property
    def is_test(self):
        return self.path.startswith("tests/")

    @property
    def is_header(self):
        return self.path.endswith(".hpp")

    def functions(self):
        """(name, first line, number of lines) of each function body at namespace or class scope."""
        return list(_functions(self.code))


def _blank(match):
    """Comments vanish, literals keep their quotes; line breaks stay, so that line numbers hold."""
    text = match.group(0)
    breaks = "\n" * text.count("\n")
    if text.startswith("/"):
        return " " + breaks
    return ('""' if text.endswith('"') else "' '") + breaks


def _functions(code):
    # Preprocessor lines hold no function, but may hold lone braces.
    code = DIRECTIVE.sub(lambda match: "\n" * match.group(0).count("\n"), code)
    stack = []  # (kind, name, line where its header starts)
    pending = None  # a header whose braces just closed: more may follow, in a list of member initializers
    chunk_start, line = 0, 1
    for position, char in enumerate(code):
        line += char == "\n"
        if char not in "{};":
            continue
        chunk, chunk_start = code[chunk_start:position], position + 1
        if char == "{":
            header = HEADER_PREFIX.sub("", chunk.rstrip())
            start = line - header.count("\n")
            if any(kind != "scope" for kind, _, _ in stack):
                stack.append(("inner", "", start))
            elif pending and (header == "" or header.startswith(",")):
                stack.append(("function", *pending))
            elif SCOPE.match(header):
                stack.append(("scope", "", start))
            else:
                stack.append(("function" if "(" in header else "inner", _name(header), start))
            pending = None
        elif char == "}" and stack:
            kind, name, start = stack.pop()
            if kind == "function":
                pending = (name, start)
                yield name, start, line - start + 1
        elif char == ";":
            pending = None


def _name(header):
    match = re.search(r"([\w:~]+|operator\s*\S+)\s*\(", header)
    return match.group(1) if match else header[:40]


def read_sources(root):
    """All C++ files below the source roots, by path."""
    found = {}
    for top in SOURCE_ROOTS:
        for path in sorted((Path(root) / top).rglob("*.[ch]pp")):
            name = path.relative_to(root).as_posix()
            found[name] = Source(name, path.read_text(encoding="utf-8"))
    return found


def read_texts(root):
    """Every text file of the project, by path: sources, scripts, documents, build files."""
    found = {}
    for path in sorted(Path(root).rglob("*")):
        relative = path.relative_to(root)
        if SKIPPED_DIRECTORIES & set(relative.parts) or not path.is_file():
            continue
        if path.suffix in TEXT_SUFFIXES or path.name in TEXT_NAMES:
            found[relative.as_posix()] = path.read_text(encoding="utf-8", errors="replace")
    return found
