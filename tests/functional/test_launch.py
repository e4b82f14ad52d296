"""How cairn is started: modes, places, exit codes, the data directory's lock and network."""

import json
import os
import signal
import stat
import subprocess

import harness


class LaunchTest(harness.CairnTest):
    def run_into(self, out, *words):
        """A run whose standard output is this file or descriptor."""
        return subprocess.run([harness.binary(), *words], env=self.environment, cwd=self.home,
                              stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE,
                              timeout=harness.DEADLINE_S, check=False)

    def test_modes_come_in_order(self):
        script = self.write("lines.cairn", "echo from file\n")
        outcome = self.expect(0, "-c", "echo one", "-f", script, "-c", "echo two", "echo", "first",
                              stdin="echo never\n")
        self.assertEqual(outcome.lines, ["first", "one", "from file", "two"])

    def test_standard_input_is_a_script(self):
        self.assertEqual(self.expect(0, stdin="echo a\necho b\n").lines, ["a", "b"])
        self.assertEqual(self.expect(0, "-f", "-", stdin="echo a\n").lines, ["a"])
        self.assertEqual(self.expect(0, stdin="").out, "")

    def test_an_interruption_between_lines_names_the_last_one(self):
        with self.start() as process:
            process.send("echo there")
            self.assertEqual(process.read_line(), "there")
            process.kill(signal.SIGINT)
            self.assertEqual(process.wait(), 130)
            self.assertEqual(process.read_line("err"), "stdin:1: error: interrupted")
        self.assertEqual(self.expect(7, "--timeout", "50ms", "-f", "/dev/stdin", stdin="sleep 30\n").err,
                         "/dev/stdin:1: error: the run's --timeout is over\n"
                         "  give it more time with --timeout\n")
        folder = os.open(self.home, os.O_RDONLY | os.O_DIRECTORY)
        self.addCleanup(os.close, folder)
        made = subprocess.run([harness.binary()], env=self.environment, stdin=folder,
                              capture_output=True, timeout=harness.DEADLINE_S, check=False)
        self.assertEqual((made.returncode, made.stderr),
                         (1, b"stdin: error: cannot read: Is a directory\n"
                             b"  check the path, its permissions and the disk\n"))

    def test_i_goes_on_to_standard_input_after_scripts(self):
        self.assertEqual(self.expect(0, "-i", "-c", "echo a", stdin="echo b\n").lines, ["a", "b"])

    def test_what_needs_no_data_directory_makes_none(self):
        for words in (["help"], ["version"], ["man"], ["completions", "bash"], ["--help"], ["echo", "x"],
                      ["apropos", "fee"]):
            self.expect(0, *words)
        self.expect(2, "no-such-command")
        self.assertEqual([name for _, _, names in os.walk(self.home) for name in names], [])
        self.assertEqual(os.listdir(self.path("data")), [])

    def test_the_data_directory_is_private_and_knows_its_network(self):
        self.expect(0, "--network", "dev", "assert", "height", "==", "0")
        place = self.path("data", "cairn", "default")
        for folder, _, names in os.walk(self.path("data", "cairn")):
            self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700, folder)
            for name in names:
                self.assertEqual(stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode) & 0o077, 0, name)
        with open(os.path.join(place, "network.json"), encoding="utf-8") as record:
            self.assertEqual(json.load(record)["name"], "dev")
        self.expect(0, "assert", "height", "==", "0")  # without --network: the record's
        wrong = self.expect(1, "--network", "main", "--json", "assert", "height", "==", "0")
        self.assertEqual(wrong.records[0]["error"]["code"], "wrong_network")

    def test_a_damaged_record_of_the_network_is_told(self):
        self.expect(0, "--datadir", self.path("here"), "--network", "dev", "assert", "height", "==", "0")
        for text, words in (("x", "network.json at offset 0: is not JSON"), ("{}", "name: is missing")):
            self.write("here/network.json", text)
            error = self.expect(11, "--datadir", self.path("here"), "--json", "balance").records[0]["error"]
            self.assertIn(words, error["message"])
            self.assertEqual(error["code"], "store_damaged")

    def test_profiles_and_directories_are_apart(self):
        self.expect(0, "--profile", "shop", "--network", "dev", "assert", "height", "==", "0")
        self.expect(0, "--datadir", self.path("here"), "--network", "dev", "assert", "height", "==", "0")
        self.assertTrue(os.path.exists(self.path("data", "cairn", "shop", "network.json")))
        self.assertTrue(os.path.exists(self.path("here", "network.json")))
        self.expect(2, "--profile", "../x", "version")
        self.expect(2, "--profile", "a", "--scratch", "version")

    def test_a_network_file_is_judged(self):
        missing = self.expect(4, "--network", self.path("none.json"), "--json", "assert", "height", "==", "0")
        self.assertEqual(missing.records[0]["error"]["code"], "file_not_found")
        for text in ("", "{", "[]", "{}", '{"name": "x"}'):
            bad = self.write("bad.json", text)
            outcome = self.expect(2, "--network", bad, "--json", "assert", "height", "==", "0")
            self.assertEqual(outcome.records[0]["error"]["code"], "bad_network_file")
        self.expect(0, "--network", "dev", "assert", "synced", "--json")
        self.expect(0, "--network", "dev", "assert", "height", "==", "0")
        with open(self.path("data", "cairn", "default", "network.json"), encoding="utf-8") as record:
            parameters = json.load(record)
        parameters["extra"] = 1
        extra = self.write("extra.json", json.dumps(parameters))
        outcome = self.expect(2, "--datadir", self.path("x"), "--network", extra,
                              "assert", "height", "==", "0")
        self.assertIn("extra", outcome.err)

    def test_scratch_leaves_nothing(self):
        self.expect(0, "--scratch", "assert", "height", "==", "0")
        self.assertEqual(os.listdir(self.path("tmp")), [])
        for which in (signal.SIGTERM, signal.SIGINT):
            with self.start("--scratch", "--json") as process:
                self.assertTrue(process.ask("assert height == 0")["ok"])
                self.assertEqual(len(os.listdir(self.path("tmp"))), 1)
                process.kill(which)
                self.assertEqual(process.wait(), 128 + which)
            self.assertEqual(os.listdir(self.path("tmp")), [])

    def test_one_process_holds_a_data_directory(self):
        with self.start("--network", "dev", "--json", "-f", "-") as first:
            self.assertTrue(first.ask("assert height == 0")["ok"])
            second = self.expect(10, "--json", "assert", "height", "==", "0")
            error = second.records[0]["error"]
            self.assertEqual((error["code"], error["pid"]), ("in_use", first.pid))
            self.assertIn(str(first.pid), error["message"])
            self.assertEqual(error["command"], "cairn -f -")
            self.assertIn(error["command"], error["message"])
            first.close_input()
            self.assertEqual(first.wait(), 0)
        self.expect(0, "assert", "height", "==", "0")

    def test_daemon_runs_until_a_signal_and_ends_well(self):
        for which in (signal.SIGTERM, signal.SIGINT):
            with self.start("--network", "dev", "--daemon", "-c", "assert height == 0",
                            "-c", "echo ready") as process:
                process.wait_line("ready")
                self.expect(10, "assert", "height", "==", "0")
                process.kill(which)
                self.assertEqual(process.wait(), 0)

    def test_options_of_the_network(self):
        self.expect(0, "--listen", "off", "version")
        self.expect(0, "--listen", "auto", "--no-discovery", "version")
        self.expect(0, "--discovery", "local", "version")
        self.expect(2, "--discovery", "everywhere", "version")
        self.expect(2, "--discovery", "lan", "--no-discovery", "version")
        self.expect(0, "--connect", "127.0.0.1:9", "--network", "dev", "chain", "status")
        with self.start("--network", "dev", "--no-discovery", "--listen", "auto", "--json") as process:
            process.send("node status")
            where = json.loads(process.wait_line("node status"))["data"]["listen"]
            self.assertRegex(where, r"^127\.0\.0\.1:[0-9]+$")

    def test_the_cache_has_bounds(self):
        self.expect(0, "--cache", "16", "--scratch", "chain", "status")
        self.expect(2, "--cache", "15", "--scratch", "version")
        self.expect(2, "--cache", "65537", "--scratch", "version")

    def test_the_time_limit_ends_a_run(self):
        self.expect(7, "--timeout", "0.2", "sleep", "60")
        self.expect(7, "--timeout", "0.2", "--scratch", "wait", "height", ">=", "1")
        with self.start("--timeout", "0.2", "--json") as process:  # waiting for input
            self.assertEqual(process.read_json()["error"]["code"], "timeout")
            self.assertEqual(process.wait(), 7)

    def test_a_wallet_whose_words_could_not_be_shown_is_told_of(self):
        with open("/dev/full", "wb") as full:
            process = self.run_into(full, "--network", "dev", "wallet", "new", "z1", "--no-password")
        self.assertEqual(process.returncode, 1)
        self.assertIn(b"The wallet z1 was made", process.stderr)
        self.assertIn(b"disk is full", process.stderr)
        words = self.expect(0, "wallet", "export", "z1", "--mnemonic").out
        self.assertEqual(len(words.split()), 24)

    def test_a_script_that_never_ends_a_line_is_refused(self):
        endless = self.expect(2, "--json", "-f", "/dev/zero").records[0]["error"]
        self.assertIn("the line is longer than", endless["message"])
        self.expect(2, "run", "/dev/zero")
        self.expect(0, "-f", "/dev/null")
        os.mkfifo(self.path("pipe"))
        for name in ("-f", "--password-file"):  # nobody ever writes to it
            with self.start("--scratch", "--timeout", "0.3", name, self.path("pipe"),
                            *(["wallet", "new", "a"] if name != "-f" else [])) as process:
                self.assertEqual(process.wait(), 7, str(process))

    def test_settings_are_read_and_unknown_ones_warned_of(self):
        os.makedirs(self.path("config", "cairn"))
        self.write("config/cairn/cairn.toml", 'output = "json"\nnonsense = 1\n\n[alias]\nhi = "echo hello"\n')
        outcome = self.expect(0, "hi", "you")
        self.assertEqual(outcome.records[0]["data"]["text"], "hello you")
        self.assertIn("cairn.toml:2", outcome.err)
        self.write("config/cairn/cairn.toml", 'pager = "most"\nhints = false\nlock_after = "2h"\n')
        script = "set pager off\nset hints on\nset lock_after off\nset\nunset pager\nunset hints\n" \
                 "unset lock_after\nset\n"
        shown = self.expect(0, stdin=script).lines
        self.assertEqual([" ".join(line.split()) for line in shown],
                         ["output human", "pager off", "hints on", "lock_after off",
                          "output human", "pager most", "hints off", "lock_after 120m"])
        for wrong in ("set hints maybe", "set lock_after soon", "set pager ''", "set output loud"):
            self.expect(2, "-c", wrong)
        for wrong in ("hints = 1", "lock_after = 0", 'pager = ""'):
            self.write("config/cairn/cairn.toml", wrong + "\n")
            self.expect(2, "version")
        self.write("config/cairn/cairn.toml", "output = \n")
        self.expect(2, "version")
        for name in ("send", "wallet"):
            self.write("config/cairn/cairn.toml", f'[alias]\n{name} = "echo"\n')
            error = self.expect(2, "--json", "version").records[0]["error"]
            self.assertEqual(error["code"], "bad_settings")
            self.assertIn("cairn.toml", error["message"])
            self.assertIn(f"[alias] {name}", error["message"])

    def test_a_data_directory_that_cannot_be_made_is_said_so(self):
        self.write("file", "")
        below = self.path("file", "below")
        outcome = self.expect(1, "--datadir", below, "--network", "dev", "assert", "height", "==", "0")
        for word in ("std::", "terminate", "exception"):
            self.assertNotIn(word, outcome.err)



class ClosedDescriptors(harness.CairnTest):
    """A daemon or a cron job may start cairn with standard descriptors closed."""

    def test_what_is_printed_is_not_written_into_the_store(self):
        place = ["--network", "dev", "--datadir", self.path("ledger")]
        self.expect(0, *place, "-c", "wallet new a --no-password", "-c", "mine 3")
        for closed in ("<&- >&- 2>&-", ">&-", "2>&-", "<&-"):
            command = f'exec "$0" "$@" {closed}'
            subprocess.run(["sh", "-c", command, harness.binary(), *place, "-c", "balance", "-c", "frob"],
                           env=self.environment, cwd=self.home, capture_output=True,
                           timeout=harness.DEADLINE_S, check=False)
            self.assertEqual(self.expect(0, *place, "--json", "balance").data["confirmed"], "150")

    def test_nothing_is_done_where_no_answer_could_be_given(self):
        place = ["--network", "dev", "--datadir", self.path("ledger")]
        self.expect(0, *place, "wallet", "new", "a", "--no-password")
        words = [harness.binary(), *place, "--json", "mine", "2"]
        made = subprocess.run(["sh", "-c", 'exec "$0" "$@" >&-', *words], env=self.environment,
                              cwd=self.home, stderr=subprocess.PIPE, check=False,
                              timeout=harness.DEADLINE_S)
        self.assertEqual(made.returncode, 1)
        self.assertIn(b"standard output is closed", made.stderr)
        self.expect(0, *place, "assert", "height", "==", "0")


if __name__ == "__main__":
    harness.main()
