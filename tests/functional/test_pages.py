"""The documents that the program prints: the guide's pages of commands, the man page, the completions."""

import os
import shutil
import subprocess
import unittest
from pathlib import Path

import harness

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "guide" / "commands"


class Guide(harness.CairnTest):
    def test_the_pages_of_commands_are_what_the_program_prints(self):
        self.expect(0, "man", "--guide", self.path("pages"))
        made = {path.name: path.read_text(encoding="utf-8") for path in Path(self.path("pages")).iterdir()}
        kept = {path.name: path.read_text(encoding="utf-8") for path in PAGES.iterdir()}
        renew = "renew them: build/release/cairn man --guide docs/guide/commands"
        self.assertEqual(sorted(made), sorted(kept), renew)
        for name, text in made.items():
            self.assertEqual(kept[name], text, f"docs/guide/commands/{name} is out of date; {renew}")

    def test_pages_are_written_over_those_of_before(self):
        outcome = self.expect(0, "--json", "man", "--guide", self.path("a", "b"))
        self.assertIn("README.md", outcome.data["pages"])
        self.write("a/b/send.md", "old")
        self.expect(0, "man", "--guide", self.path("a", "b"))
        self.assertIn("## send", Path(self.path("a", "b", "send.md")).read_text(encoding="utf-8"))
        self.write("file", "")
        self.expect(1, "man", "--guide", self.path("file", "below"))


class ManPage(harness.CairnTest):
    def setUp(self):
        super().setUp()
        self.page = self.write("cairn.1", self.expect(0, "man").out)

    def read(self, *command):
        return subprocess.run(command, env={**self.environment, "MANWIDTH": "100"}, cwd=self.home,
                              capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)

    def test_it_tells_all(self):
        text = Path(self.page).read_text(encoding="utf-8")
        self.assertTrue(text.startswith(".TH CAIRN 1"))
        for wanted in ("\\-\\-datadir", "wallet new NAME", "\\-\\-no\\-password", "insufficient_funds",
                       ".SH FILES"):
            self.assertIn(wanted, text)

    @unittest.skipUnless(shutil.which("man") and shutil.which("groff"), "man is not installed")
    def test_man_has_nothing_to_say_about_it(self):
        made = self.read("man", "--warnings", "-l", self.page)
        self.assertEqual((made.returncode, made.stderr), (0, ""))
        self.assertIn("chain verify [--full]", made.stdout)
        made = self.read("groff", "-man", "-Tutf8", "-ww", self.page)
        self.assertEqual((made.returncode, made.stderr), (0, ""))

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_mandoc_has_nothing_to_say_about_it(self):
        made = self.read("mandoc", "-Tlint", "-Wwarning", self.page)
        self.assertEqual((made.returncode, made.stdout), (0, ""))


class Completions(harness.CairnTest):
    def setUp(self):
        super().setUp()
        self.scripts = {shell: self.write(f"cairn.{shell}", self.expect(0, "completions", shell).out)
                        for shell in ("bash", "zsh", "fish")}
        self.expect(2, "completions", "tcsh")

    def bash(self, *words, position=None):
        """What bash offers after these words, the last of which is being typed."""
        script = 'source "$1"; shift; COMP_CWORD=$1; shift; COMP_WORDS=("$@"); _cairn; ' \
                 'printf "%s\\n" "${COMPREPLY[@]}"'
        made = subprocess.run(
            ["bash", "-u", "-c", script, "bash", self.scripts["bash"],
             str(len(words) - 1 if position is None else position), *words],
            env=self.environment, cwd=self.home, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((made.returncode, made.stderr), (0, ""), words)
        return made.stdout.split()

    def place(self, *options):
        """A data directory with two wallets and a contact, as it stands when cairn runs over it."""
        outcome = self.expect(0, *options, "--network", "dev", "--json",
                              "-c", "wallet new alice --no-password", "-c", "wallet new bob --no-password")
        address = outcome.records[0]["data"]["address"]
        self.expect(0, *options, "contacts", "add", "carol", address)

    def test_bash_completes_commands_and_options(self):
        for words, wanted in (
                (["cairn", "ver"], ["version"]),
                (["cairn", "wallet", "re"], ["restore", "rename", "remove"]),
                (["cairn", "wallet", "new", "x", "--no"], ["--no-password"]),
                (["cairn", "wallet", "new", "x", "--words", ""], ["12", "24"]),
                (["cairn", "wallet", "new", "x", "--words", "=", "1"], ["12"]),
                (["cairn", "send", "bob", "1", "--priority", "h"], ["high"]),
                (["cairn", "send", "bob", "a"], []),
                (["cairn", "mine", "st"], ["start", "stop", "status"]),
                (["cairn", "mine", "--"], ["--to", "--json", "--output", "--wallet", "--yes", "--help"]),
                (["cairn", "completions", "z"], ["zsh"]),
                (["cairn", "--prof"], ["--profile"]),
                (["cairn", "--output", "p"], ["plain"]),
                (["cairn", "--profile", "mine", "ver"], ["version"]),
                (["cairn", "--json", "--network", "dev", "bal"], ["balance"]),
                (["cairn", "help", "wal"], ["wallet"]),
                (["cairn", "help", "wallet", "unl"], ["unlock"]),
                (["cairn", "watch", "-n", "5", "chain", "gr"], ["graph"]),
                (["cairn", "expect", "3", "send", "bob", "1", "--mem"], ["--memo"]),
                (["cairn", "block", "show", "t"], ["tip"]),
                (["cairn", "balance", "--at", "x"], [])):
            with self.subTest(words=words):
                self.assertEqual(self.bash(*words), wanted)
        commands = {one["command"].split()[0] for one in self.expect(0, "--json", "help").data["commands"]}
        self.assertEqual(set(self.bash("cairn", "")), commands)

    def test_bash_completes_names_of_wallets_contacts_and_files(self):
        self.write("wages.csv", "")
        os.mkdir(self.path("other"))
        self.place()
        self.place("--profile", "till")
        self.expect(0, "--profile", "till", "wallet", "rename", "bob", "shop")
        self.assertEqual(self.bash("cairn", "wallet", "use", ""), ["alice", "bob"])
        self.assertEqual(self.bash("cairn", "--profile", "till", "wallet", "use", ""), ["alice", "shop"])
        self.assertEqual(self.bash("cairn", "--datadir", self.path("data", "cairn", "till"), "balance", "s"),
                         ["shop"])
        self.assertEqual(self.bash("cairn", "contacts", "show", ""), ["carol"])
        self.assertEqual(self.bash("cairn", "send", ""), ["alice", "bob", "carol"])
        self.assertEqual(self.bash("cairn", "send", "bob", "1", "--from", "a"), ["alice"])
        self.assertEqual(self.bash("cairn", "balance", "--wallet", "b"), ["bob"])
        self.assertEqual(self.bash("cairn", "send", "--file", "wa"), ["wages.csv"])
        self.assertEqual(self.bash("cairn", "run", "wa"), ["wages.csv"])
        self.assertEqual(self.bash("cairn", "--profile", "none", "wallet", "use", ""), [])
        with self.start("--json") as process:  # which holds the data directory
            self.assertTrue(process.ask("chain status")["ok"])
            self.assertEqual(self.bash("cairn", "wallet", "show", "a"), ["alice"])

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
    def test_zsh_completes(self):
        self.place()
        checked = subprocess.run(["zsh", "-n", self.scripts["zsh"]], capture_output=True, text=True,
                                 check=False)
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))
        script = 'compdef() { true }; source "$1"; compadd() { print -l -- ${@:#--} }; ' \
                 '_files() { print files }; shift; words=("$@"); CURRENT=$#; _cairn_here'
        for words, wanted in ((["cairn", "wallet", "new", "x", "--words", ""], "12\n24\n"),
                              (["cairn", "wallet", "use", ""], "alice\nbob\n"),
                              (["cairn", "contacts", "show", ""], "carol\n"),
                              (["cairn", "mine", ""], "start\nstop\nstatus\npreview\n"),
                              (["cairn", "help", "wallet", "unlock", ""], ""),
                              (["cairn", "--profile", "none", "wallet", "use", ""], ""),
                              (["cairn", "run", ""], "files\n")):
            with self.subTest(words=words):
                made = subprocess.run(["zsh", "-f", "-c", script, "zsh", self.scripts["zsh"], *words],
                                      env=self.environment, capture_output=True, text=True, timeout=60,
                                      check=False)
                self.assertEqual((made.stdout, made.stderr), (wanted, ""))

    @unittest.skipUnless(shutil.which("fish"), "fish is not installed")
    def test_fish_completes(self):
        self.place()
        checked = subprocess.run(["fish", "-n", self.scripts["fish"]], capture_output=True, text=True,
                                 env=self.environment, check=False)
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))
        for line, wanted in (("cairn wallet new x --words ", {"12", "24"}),
                             ("cairn wallet use ", {"alice", "bob"}), ("cairn contacts show ", {"carol"}),
                             ("cairn ver", {"version"}), ("cairn wallet unl", {"unlock"})):
            with self.subTest(line=line):
                made = subprocess.run(
                    ["fish", "--no-config", "-c", f"source {self.scripts['fish']}; complete -C '{line}'"],
                    env=self.environment, capture_output=True, text=True, timeout=60, check=False)
                offered = {one.split("\t")[0] for one in made.stdout.splitlines()}
                self.assertEqual(offered, wanted, made.stderr)


class Installed(harness.CairnTest):
    @unittest.skipUnless(shutil.which("cmake"), "cmake is not installed")
    def test_the_man_page_and_the_completions_are_installed(self):
        build = Path(harness.binary()).parent
        if not (build / "cmake_install.cmake").exists():
            self.skipTest("the program does not stand in a build tree")
        made = subprocess.run(["cmake", "--install", str(build), "--prefix", self.path("root")],
                              env=self.environment, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(made.returncode, 0, made.stderr)
        for place, command in (("share/man/man1/cairn.1", ["man"]),
                               ("share/bash-completion/completions/cairn", ["completions", "bash"]),
                               ("share/zsh/site-functions/_cairn", ["completions", "zsh"]),
                               ("share/fish/vendor_completions.d/cairn.fish", ["completions", "fish"])):
            with self.subTest(place=place):
                found = Path(self.path("root")) / place
                self.assertEqual(found.read_text(encoding="utf-8"), self.expect(0, *command).out)


if __name__ == "__main__":
    harness.main()
