"""The contract of the command line: every command as one script with JSON records, every exit code, what is
piped, and where the output goes. The tables are in contract.py."""

import errno
import json
import json
import os
import pty
import re
import signal
import subprocess

import contract
import harness
from nodes import NodeTest

WORDS = "abandon " * 11 + "about\n"
MESSAGE = "I owe bob 5"
AMOUNT = re.compile(r"^-?(0|[1-9][0-9]*)(\.[0-9]{1,8})?$")
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
ID = re.compile(r"^[0-9a-f]{64}$")
AMOUNTS = {"amount", "fee", "confirmed", "pending", "available", "balance", "total", "total_fee", "reward",
           "fees", "issued", "max_supply", "low", "normal", "high"}
TIMES = {"time", "since", "created", "block_time"}
IDS = {"id", "txid", "block", "parent", "tip", "sha256", "state_root", "tx_root", "history_root", "replaced",
       "cancelled", "genesis", "public_key"}
ESCAPE = "\x1b"


class Everything(NodeTest):
    """What the script of contract.py needs: another node, a branch to be held, an address that is known."""

    def setUp(self):
        super().setUp()
        os.makedirs(self.path("config", "cairn"))
        self.write("config/cairn/cairn.toml", "max_reorg = 2\n")
        self.write("words", WORDS)
        self.write("password", "old\n")
        self.write("new", "new\n")
        self.write("pay.csv", "to,amount,memo\nbob,1,one\nbob,2,two\n")
        self.write("more.cairn", "echo more\n")

    def known(self, network, *commands):
        """The answers of these lines in a new place with the wallet of WORDS, itself first."""
        restore = f"wallet restore known --no-password --mnemonic-file {self.path('words')}"
        lines = [word for line in (restore, *commands) for word in ("-c", line)]
        outcome = self.expect(0, "--scratch", "--network", network, "--json", *lines)
        return [record["data"] for record in outcome.records]

    def script(self):
        """The script with the names of this run."""
        wallet, signed = self.known(self.network, f'message sign "{MESSAGE}"')
        self.expect(0, "network", "new", self.path("other.json"), "--prefix", "yard")
        (yard,) = self.known(self.path("other.json"))
        other = ("--network", self.network, "--datadir", self.path("other"), "--json")
        self.expect(0, *other, "wallet", "new", "o", "--no-password")
        tip = self.expect(0, *other, "mine", "60").data["blocks"][-1]["id"]
        self.expect(0, *other, "chain", "export", self.path("branch"))
        return contract.SCRIPT.format(
            home=self.home, peer=self.node("peer").at, branch=self.path("branch"), tip=tip,
            self=wallet["address"], key=wallet["public_key"], yard=yard["address"],
            signature=signed["signature"])

    def carry_out(self, text, *options):
        return self.run_cairn("--network", self.network, "--datadir", self.path("node"), "--no-discovery",
                              "--password-file", self.path("password"), *options, "-f",
                              self.write("all.cairn", text), deadline_s=200)

    def tree(self):
        """{path: what help tells of it} of all visible commands."""
        paths = [one["command"] for one in self.expect(0, "--json", "help").data["commands"]]
        script = "".join(f"{path} --help\n" for path in paths)
        return {record["data"]["command"]: record["data"]
                for record in self.expect(0, "--json", stdin=script).records}

    def check_shape(self, path, data, promise):
        """`data` has the fields that were promised, no others, and of the right form."""
        for name, (always, inner) in promise.items():
            if name not in data:
                self.assertFalse(always, f"{path}: {name} is missing in {data}")
                continue
            if isinstance(inner, list):
                self.assertIsInstance(data[name], list, f"{path}: {name}")
                for each in data[name] if inner else []:
                    self.check_shape(f"{path}.{name}", each, inner[0])
            elif inner:
                self.check_shape(f"{path}.{name}", data[name], inner)
            else:
                self.check_value(path, name, data[name])
        self.assertEqual(set(data) - set(promise), set(), f"{path}: fields that help does not tell of")

    def check_value(self, path, name, value):
        # The answer of another command, units, the form of a network's file.
        own_form = ("expect", "fee show.units_per_byte", "network show.parameters", "network new.parameters")
        if value is None or path in own_form:
            return
        where = f"{path}: {name} = {value!r}"
        self.assertNotIsInstance(value, (dict, list), where)
        if name in AMOUNTS:
            self.assertRegex(value, AMOUNT, where)
        elif name in TIMES:
            self.assertRegex(value, TIME, where)
        elif name in IDS and not path.startswith("peers"):
            self.assertRegex(value, ID, where)
        elif isinstance(value, float):
            self.assertIn(name, ("hashrate", "seconds"), where)

    def test_a_script_of_every_command(self):
        text, tree = self.script(), self.tree()
        outcome = self.carry_out(text, "--json", "--keep-going")
        wanted_failures = len(re.findall(r"^- ", text, re.MULTILINE))
        records, used = outcome.records, {}
        self.assertEqual([record["seq"] for record in records], list(range(1, len(records) + 1)))
        for record in records:
            with self.subTest(cmd=record["cmd"], line=record["line"]):
                self.assertEqual(record["v"], 1)
                self.assertIn(record["cmd"], tree)
                used[record["cmd"]] = used.get(record["cmd"], 0) + 1
                if not record["ok"]:
                    wanted_failures -= 1
                    self.assertLessEqual({"code", "exit", "message"}, set(record["error"]))
                    self.assertIn("- " + record["cmd"], text, record)
                if "data" in record:
                    self.check_shape(record["cmd"], record["data"],
                                     contract.fields(tree[record["cmd"]]["data"]))
        self.assertEqual((outcome.code, wanted_failures), (0, 0), outcome.err)
        self.assertEqual(set(tree) - set(used), set(), "commands that the script does not use")

    def test_the_tree_has_what_is_promised_and_the_script_uses_each_option(self):
        tree, promised = self.tree(), contract.promised()
        self.assertEqual(set(tree), set(promised))
        script = contract.SCRIPT.replace("\\\n", " ").split("\n")
        for path, help_of in tree.items():
            with self.subTest(command=path):
                named = {option["name"] for option in help_of["options"]}
                self.assertLessEqual(set(promised[path]) - {"--yes"}, named)
                lines = " ".join(line for line in script if re.match(rf"(- )?{path}\b", line))
                for option in named - {"--follow"}:  # which ends by Ctrl-C alone, see below
                    self.assertRegex(lines, rf"{option}\b")

    def check_promise(self, where, fixed, promise):
        for name, (always, inner) in fixed.items():
            self.assertIn(name, promise, where)
            self.assertEqual(promise[name][0], always, f"{where}: {name}")
            if inner:
                of_promise = promise[name][1]
                pair = (inner[0], of_promise[0]) if isinstance(inner, list) else (inner, of_promise)
                self.check_promise(f"{where}.{name}", *pair)

    def test_the_fixed_fields_are_promised(self):
        tree = self.tree()
        self.assertGreater(len(contract.fixed()), 20)
        for path, fixed in contract.fixed():
            with self.subTest(command=path):
                self.check_promise(path, fixed, contract.fields(tree[path]["data"]))

    def test_following_events_ends_with_ctrl_c(self):
        with self.start("--network", self.network, "--datadir", self.path("node"), "--json",
                        "--no-discovery", "-c", "wallet new a --no-password", "-c", "mine start", "-c",
                        "events --follow") as process:
            event = json.loads(process.wait_line('"event":"block"'))
            self.assertEqual(event["v"], 1)
            self.assertLessEqual({"height", "id", "txs"}, set(event))
            process.kill(signal.SIGINT)
            self.assertEqual(process.wait(), 130, str(process))

    def check_escapes(self, *options):
        outcome = self.carry_out(self.script(), "--keep-going", *options)
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertGreater(len(outcome.lines), 500)
        for text in (outcome.out, outcome.err):
            self.assertNotIn(ESCAPE, text)

    def test_no_escape_code_where_nobody_looks(self):
        self.check_escapes()

    def test_no_escape_code_where_colour_is_automatic(self):
        self.check_escapes("--color", "auto")


class ExitCodes(harness.CairnTest):
    """Each code of the table, by the program itself; the record of a failure tells it, too."""

    def place(self, name="place"):
        return ("--datadir", self.path(name), "--network", "dev")

    def ends_with(self, code, word, *arguments, **options):
        outcome = self.expect(code, "--json", *arguments, **options)
        error = outcome.records[-1]["error"]
        self.assertEqual((error["exit"], error["code"]), (code, word), str(outcome))
        self.assertTrue(error["message"])

    def test_ok(self):
        self.assertTrue(self.expect(0, "--json", "version").records[0]["ok"])

    def test_failed_and_not_found(self):
        self.expect(0, *self.place(), "wallet", "new", "a", "--no-password")
        self.ends_with(1, "name_taken", *self.place(), "wallet", "new", "a", "--no-password")
        self.ends_with(1, "bad_address", *self.place(), "address", "check", "nonsense")
        self.ends_with(4, "not_found", *self.place(), "wallet", "use", "nobody")

    def test_usage(self):
        self.ends_with(2, "unknown_command", "nonsense")
        self.ends_with(2, "unknown_option", "--nonsense")

    def test_rejected_and_declined(self):
        self.expect(0, *self.place(), "-c", "wallet new a --no-password", "-c", "wallet new b --no-password")
        self.ends_with(3, "insufficient_funds", *self.place(), "send", "a", "1")
        self.ends_with(8, "needs_yes", *self.place(), "wallet", "remove", "a")

    def test_locked(self):
        self.ends_with(5, "no_password", *self.place(), "wallet", "new", "a")
        self.expect(0, *self.place(), "--password-file", self.write("p", "old\n"), "wallet", "new", "a")
        self.ends_with(5, "wrong_password", *self.place(), "--password-file", self.write("q", "new\n"),
                       "wallet", "unlock")

    def test_network(self):
        with self.start(*self.place(), "--json", "--listen", "auto", "--no-discovery") as process:
            where = process.ask("node status")["data"]["listen"]
            self.ends_with(6, "cannot_listen", *self.place("other"), "--no-discovery", "node", "listen",
                           where)

    def test_timeout(self):
        self.ends_with(7, "timeout", *self.place(), "wait", "height", ">=", "1", "--timeout", "10ms")
        self.ends_with(7, "timeout", "--timeout", "0.1", "sleep", "60")

    def test_assertions(self):
        self.ends_with(9, "assert_failed", *self.place(), "assert", "height", ">", "0")
        self.ends_with(9, "expect_failed", "expect", "0", "--", "nonsense")

    def test_in_use(self):
        with self.start(*self.place(), "--json") as process:
            self.assertTrue(process.ask("assert height == 0")["ok"])
            self.ends_with(10, "in_use", *self.place(), "balance")

    def test_damaged(self):
        self.expect(0, *self.place(), "assert", "height", "==", "0")
        self.write("place/network.json", "x")
        self.ends_with(11, "store_damaged", *self.place(), "balance")

    def test_interrupted(self):
        with self.start("--json", "-c", "echo ready", "-c", "sleep 60") as process:
            process.wait_line("ready")
            process.kill(signal.SIGINT)
            self.assertEqual(process.wait(), 130)
            self.assertEqual(process.read_json()["error"]["exit"], 130)

    def test_a_reader_that_goes_ends_the_run_quietly(self):
        script = self.write("long.cairn", "echo line\n" * 10_000)
        for options in ([], ["--json"]):
            made = subprocess.run(
                ["bash", "-c", '"$0" "$@" | head -1; exit "${PIPESTATUS[0]}"', harness.binary(), *options,
                 "-f", script], env=self.environment, cwd=self.home, stdin=subprocess.DEVNULL,
                capture_output=True, timeout=harness.DEADLINE_S, check=False)
            self.assertEqual((made.returncode, made.stderr, made.stdout.count(b"\n")), (141, b"", 1))

    def test_a_full_disk_on_standard_output_is_an_error(self):
        for words in (["echo", "x"], ["--json", "echo", "x"], ["help"], ["--output", "csv", "help"]):
            with open("/dev/full", "wb") as full:
                made = subprocess.run([harness.binary(), *words], env=self.environment, cwd=self.home,
                                      stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE,
                                      timeout=harness.DEADLINE_S, check=False)
            self.assertEqual(made.returncode, 1, words)
            self.assertRegex(made.stderr, b"(?i)standard output.*(disk is full|no space)")


class DidYouMean(harness.CairnTest):
    """Whatever is mistyped, the hint makes the guess."""

    def test_each_kind_of_word(self):
        place = ("--datadir", self.path("place"), "--network", "dev", "--json")
        made = self.expect(0, *place, "-c", "wallet new alice --no-password",
                           "-c", "wallet new till --no-password", "-c", "address new")
        self.expect(0, *place, "contacts", "add", "carol", made.records[2]["data"]["address"])
        for line, guess in (
                ("blance", "balance"), ("wallet lsit", "list"), ("send till 1 --memmo x", "--memo"),
                ("mine --jsn", "--json"), ("send till 1 --priority hgih", "high"),
                ("completions bsh", "bash"), ("wallet use alcie", "alice"), ("wallet show tlil", "till"),
                ("balance alcie", "alice"), ("balance --wallet alcie", "alice"),
                ("wallet remove alic", "alice"), ("wallet rename tll x", "till"),
                ("send till 1 --from alcie", "alice"), ("send carl 1", "carol"),
                ("send alcie 1", "alice"), ("tx build crol 1 --out x", "carol"),
                ("contacts show crol", "carol"), ("contacts rename crol x", "carol"),
                ("contacts remove carl", "carol"), ("set otuput", "output"), ("unset pagre", "pager"),
                ("assert hieght > 0", "height"), ("wait blance > 0", "balance"),
                ("help blance", "balance")):
            with self.subTest(line=line):
                outcome = self.run_cairn(*place, "-c", line)
                self.assertIn(outcome.code, (2, 4), str(outcome))
                self.assertIn(f"`{guess}`", outcome.records[0]["error"].get("hint", ""), str(outcome))
        script = "set wage 5\necho ${wgae}\n"
        self.assertIn("did you mean `wage`?", self.expect(2, stdin=script).err)
        self.assertIn("did you mean `--datadir`?", self.expect(2, "--datadri", "x").err)


class Colour(harness.CairnTest):
    """Colour is for terminals that want it."""

    COMMANDS = (["--scratch", "chain", "status"], ["help"], ["--scratch", "-c", "wallet new a --no-password"],
                ["nonsense"], ["apropos", "fee"])

    def at_a_terminal(self, *arguments, **variables):
        """What a run prints whose streams are a terminal."""
        program, environment = harness.binary(), {**self.environment, **variables}
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(self.home)
            os.execve(program, [program, *arguments], environment)
        shown = b""
        try:
            while True:
                shown += os.read(terminal, 65_536)
        except OSError as end:  # that is how a terminal ends
            self.assertEqual(end.errno, errno.EIO)
        os.close(terminal)
        os.waitpid(process, 0)
        return shown.decode()

    def test_a_terminal_is_asked_what_it_can(self):
        coloured = self.at_a_terminal(*self.COMMANDS[2], TERM="xterm-256color")
        self.assertIn(ESCAPE, coloured)
        for arguments in self.COMMANDS:
            for variables in ({"TERM": "dumb"}, {"TERM": "xterm-256color", "NO_COLOR": "1"}):
                with self.subTest(arguments=arguments, variables=variables):
                    shown = self.at_a_terminal(*arguments, **variables)
                    self.assertTrue(shown.strip())
                    self.assertNotIn(ESCAPE, shown)
            never = self.at_a_terminal("--color", "never", *arguments, TERM="xterm-256color")
            self.assertNotIn(ESCAPE, never)

    def test_colour_is_given_where_it_is_asked_for(self):
        outcome = self.expect(0, "--color", "always", "apropos", "fee")
        self.assertIn(ESCAPE, outcome.out)
        plain = self.expect(0, "apropos", "fee").out
        self.assertEqual(re.sub(r"\x1b\[[0-9;]*m", "", outcome.out), plain)
        self.assertNotIn(ESCAPE, self.expect(0, "--color", "always", "--json", "apropos", "fee").out)


if __name__ == "__main__":
    harness.main()
