"""What the user guide shows is what cairn does: the scripts of its pages are carried out."""

import os
import re

import harness

GUIDE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "guide")


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

    def test_each_exit_code_is_told(self):
        codes = re.findall(r"\| (\d+) \| ([^|]+)", self.page("scripts.md"))
        self.assertEqual(sorted(int(code) for code, _ in codes), [*range(12), 130, 141])

    def test_every_command_stands_in_a_page(self):
        pages = "".join(self.page(name) for name in os.listdir(GUIDE))
        paths = [one["command"] for one in
                 self.expect(0, "--json", "help").records[0]["data"]["commands"]]
        self.assertGreater(len(paths), 50)
        for path in paths:
            if path.split()[0] not in ("help", "apropos", "version", "clear", "completions", "man", "exit"):
                with self.subTest(command=path):
                    self.assertIn(path.split()[0], pages)


if __name__ == "__main__":
    harness.main()
