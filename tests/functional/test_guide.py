"""What the user guide shows is what cairn does: the scripts of its pages are carried out."""

import os
import re
from pathlib import Path

import harness

GUIDE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "guide")


ROOT = Path(__file__).resolve().parents[2]
# Where words of errors stand: beside an exit code, and in the tables of rules and refusals.
IN_CLI = (r"Exit::\w+,\s*\"([a-z_]+)\"", r"\"([a-z_]+)\",\s*Exit::\w+", r"no_code = \"([a-z_]+)\"",
          r"unmet\(\"([a-z_]+)\"", r"\bcode = \"([a-z_]+)\"", r"full \? \"([a-z_]+)\"")
IN_LIB = {"lib/consensus/rule_error.cpp": r"RuleCode::\w+, \"([a-z_]+)\"",
          "lib/chain/mempool_refusal.cpp": r"return \"([a-z_]+)\";",
          "lib/wallet/refusal.cpp": r"return \"([a-z_]+)\";"}


def error_words():
    """All words of errors that stand in the source."""
    found = set()
    for path in (ROOT / "cli").rglob("*.[ch]pp"):
        if path.name == "spec_words.cpp":  # exit codes, not errors
            continue
        text = path.read_text(encoding="utf-8")
        for pattern in IN_CLI:
            found.update(re.findall(pattern, text))
    for name, pattern in IN_LIB.items():
        words = set(re.findall(pattern, (ROOT / name).read_text(encoding="utf-8")))
        assert len(words) > 10, name
        found |= words
    return found


class Guide(harness.CairnTest):
    def page(self, name):
        with open(os.path.join(GUIDE, name), encoding="utf-8") as file:
            return file.read()

    def test_the_script_of_the_guide_runs(self):
        (script,) = re.findall(r"```cairn\n(.*?)```", self.page("scripts.md"), re.DOTALL)
        outcome = self.expect(0, "--scratch", "-f", self.write("rent.cairn", script))
        self.assertEqual(outcome.lines[-1], "bob has the rent")

    def test_the_settings_of_the_guide_are_read(self):
        (text,) = re.findall(r"```\n(output = .*?)```", self.page("scripts.md"), re.DOTALL)
        os.makedirs(self.path("config", "cairn"))
        self.write("config/cairn/cairn.toml", text)
        outcome = self.expect(4, "--scratch", "b")
        self.assertEqual(outcome.err.splitlines()[0], "error: there is no current wallet")

    def test_the_record_of_the_guide_is_the_program_s(self):
        page = self.page("scripts.md")
        made = self.expect(0, "--scratch", "--json", "-f", self.write("s", "\n" * 6 + "mempool status\n"))
        shown = re.findall(r'"cmd":"mempool status".*', page)
        self.assertEqual([line[line.index('"cmd"'):] for line in made.lines], shown)

    def test_each_error_of_the_source_is_told_of(self):
        told = set(re.findall(r"`([a-z_]+)`", "".join(
            line for line in self.page("troubleshooting.md").splitlines(True) if line.startswith("| `"))))
        found = error_words()
        self.assertGreater(len(found), 120)
        self.assertEqual(found - told, set(), "words of errors that troubleshooting.md does not tell of")
        self.assertEqual({word for word in told - found if "_" in word}, set(), "words that nobody says")

    def test_each_exit_code_is_told(self):
        codes = re.findall(r"^\| (\d+) \| ([^|]+) \|", self.page("troubleshooting.md"), re.MULTILINE)
        self.assertEqual([int(code) for code, _ in codes], [*range(12), 130, 141, 143])


if __name__ == "__main__":
    harness.main()
