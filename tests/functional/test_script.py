"""Scripts: one grammar for files, -c and standard input; where they stop, and with which code."""

import os
import random
import resource
import signal
import subprocess
import time

import harness


class ScriptTest(harness.CairnTest):
    def test_a_failing_line_stops_the_script_and_is_named(self):
        script = self.write("pay.cairn", "echo a\n\n# comment\nnonsense\necho never\n")
        outcome = self.expect(2, "-f", script)
        self.assertEqual(outcome.lines, ["a"])
        self.assertIn(f"{script}:4: ", outcome.err)

    def test_keep_going_ends_with_the_first_failure(self):
        text = "expect 5 -- echo x\nnonsense\n\"\necho end\n"
        outcome = self.expect(9, "--keep-going", stdin=text)
        self.assertEqual(outcome.lines, ["end"])
        for line in (1, 2, 3):
            self.assertIn(f"stdin:{line}: ", outcome.err)

    def test_a_dash_ignores_one_failure(self):
        self.assertEqual(self.expect(0, stdin="- nonsense\necho on\n").lines, ["on"])
        self.expect(2, stdin="- nonsense\nnonsense\n")

    def test_line_ends_and_marks_of_other_systems_are_tolerated(self):
        self.assertEqual(self.expect(0, stdin="\ufeffecho a\r\necho 'b c' \\\r\nd\r\n").lines, ["a", "b c d"])

    def test_an_unterminated_quote_is_an_error(self):
        for quote in ("'", '"'):
            outcome = self.expect(2, "--json", stdin=f"echo a\necho {quote}b\necho never\n")
            self.assertEqual([record["ok"] for record in outcome.records], [True, False])
            self.assertEqual(outcome.records[1]["error"]["code"], "unterminated_quote")
            self.assertEqual(outcome.records[1]["line"], 2)

    def test_a_condition_in_quotes_is_one_all_the_same(self):
        place = ("--datadir", self.path("here"), "--network", "dev")
        self.expect(0, *place, stdin="assert 'height >= 0'\nassert \"height==0\"\nassert ' synced '\n")
        self.expect(9, *place, stdin="assert 'height > 0'\n")
        self.expect(2, *place, stdin="assert '  '\n")

    def test_an_unknown_command_of_a_group_names_the_group(self):
        outcome = self.expect(2, "--json", "wallet", "zzzzzz")
        self.assertEqual(outcome.records[0]["error"]["hint"], "`help wallet` lists the commands")

    def test_a_record_needs_its_directory(self):
        outcome = self.expect(4, "--json", "record", self.path("none", "r"))
        self.assertEqual(outcome.records[0]["error"]["code"], "file_not_found")

    def test_binary_garbage_is_a_clear_error(self):
        generator = random.Random(17)
        for _ in range(20):
            garbage = bytes(generator.randrange(256) for _ in range(4_096))
            garbage = garbage.replace(b"\n", b"\xff") + b"\xff\n"
            process = subprocess.run([harness.binary()], input=garbage, env=self.environment, cwd=self.home,
                                     capture_output=True, timeout=harness.DEADLINE_S, check=False)
            self.assertEqual((process.returncode, process.stdout), (2, b""), process.stderr)
            self.assertIn(b"UTF-8", process.stderr)
            self.assertTrue(all(byte >= 32 or byte == 10 for byte in process.stderr))

    def test_records_are_numbered_and_tell_their_lines(self):
        records = self.expect(2, "--json", stdin="echo a\n\necho b\nwallt new\n").records
        self.assertEqual([(r["v"], r["seq"], r["cmd"], r["line"]) for r in records],
                         [(1, 1, "echo", 1), (1, 2, "echo", 3), (1, 3, "wallt", 4)])
        self.assertEqual(set(records[2]["error"]) - {"hint"}, {"code", "exit", "message"})
        self.assertEqual(records[2]["error"]["exit"], 2)

    def test_answers_of_payments_stand_in_order_among_the_others(self):
        text = ("wallet new alice --no-password\nwallet new bob --no-password\nwallet use alice\nmine 1\n"
                "echo before\n" + "send bob 0.01 --fee 0 --memo kept\n" * 3 + "echo --help\n"
                "send bob 0.02 --fee 0\nsend bob 1000\necho never\n")
        result = self.run_cairn("--network", "dev", "--listen", "off", "--json", "--scratch", stdin=text)
        self.assertEqual(result.code, 3, str(result))
        records = result.records[4:]
        self.assertEqual([record["cmd"] for record in records],
                         ["echo", "send", "send", "send", "echo", "send", "send"])
        self.assertEqual([record["seq"] for record in records], list(range(5, 12)))
        self.assertEqual([record["ok"] for record in records], [True] * 6 + [False])
        self.assertEqual([record["data"]["nonce"] for record in records if record["cmd"] == "send" and
                          record["ok"]], [0, 1, 2, 3])
        human = self.run_cairn("--network", "dev", "--listen", "off", "--scratch", stdin=text)
        first_words = [line.split()[0] for line in human.lines if line.strip()]
        self.assertEqual([word for word in first_words if word in ("before", "echo:", "Sent", "never")],
                         ["before", "Sent", "Sent", "Sent", "echo:", "Sent"])

    def test_a_payment_is_answered_while_the_next_line_is_awaited(self):
        with self.start("--network", "dev", "--listen", "off", "--json", "--scratch") as cairn:
            for line in ("wallet new alice --no-password", "mine 1"):
                cairn.ask(line)
            for nonce in range(3):
                self.assertEqual(cairn.ask("send alice 0.01 --fee 0")["data"]["nonce"], nonce)
            cairn.close_input()
            self.assertEqual(cairn.wait(), 0)

    def test_another_program_can_hold_a_conversation(self):
        with self.start("--json", "--keep-going") as process:
            for number in range(50):
                self.assertEqual(process.ask(f"echo {number}")["data"]["text"], str(number))
            self.assertFalse(process.ask("nonsense")["ok"])
            process.close_input()
            self.assertEqual(process.wait(), 2)

    def test_variables_expand_and_never_split(self):
        text = "set memo 'two  words # '\necho <${memo}>\necho '${memo}'\nset output json\necho ${memo}\n"
        outcome = self.expect(0, stdin=text)
        self.assertEqual(outcome.lines[:2], ["<two  words # >", "${memo}"])
        self.assertIn('"text":"two  words # "', outcome.lines[2])
        self.expect(2, stdin="echo ${unset}\n")
        self.expect(2, stdin="echo $_\n")

    def test_unset_gives_output_its_first_mode_back(self):
        text = "set output csv\nunset output\necho {}\nset output\n"
        self.assertEqual(self.expect(0, stdin=text.format("x")).lines, ["x", "human"])
        self.assertIn('"value":"json"', self.expect(0, "--json", stdin=text.format("x")).lines[-1])

    def test_aliases(self):
        self.assertEqual(self.expect(0, stdin="alias hi = echo hello\nhi you\n").lines, ["hello you"])
        self.expect(2, stdin="alias a = b\nalias b = a\na\n")
        self.expect(1, stdin="alias echo = version\n")

    def test_prefixes_do_not_work_in_scripts(self):
        self.expect(2, stdin="vers\n")
        self.assertIn("did you mean", self.expect(2, stdin="vers\n").err)

    def test_run_nests_and_its_failure_ends_the_caller(self):
        inner = self.write("inner.cairn", "echo in\nnonsense\n")
        outer = self.write("outer.cairn", f"echo out\nrun {inner}\necho never\n")
        outcome = self.expect(2, "-f", outer)
        self.assertEqual(outcome.lines, ["out", "in"])
        self.assertIn(f"{inner}:2: ", outcome.err)
        self.assertEqual(outcome.err.count("error:"), 1, outcome.err)  # told once, not at every level
        both = self.write("both.cairn", "nonsense\nassert synced == 1\nexpect 0 -- nonsense\n")
        outcome = self.expect(2, "--keep-going", "--json", "run", both)
        self.assertEqual([record["error"]["exit"] for record in outcome.records], [2, 2, 9, 2])
        self.assertEqual(outcome.records[3]["error"]["code"], "unknown_command")  # the first one's
        self.expect(4, "run", self.path("none.cairn"))
        self.expect(4, "-f", self.path("none.cairn"))
        endless = self.path("endless.cairn")
        self.write("endless.cairn", f"run {endless}\n")
        self.expect(1, "-f", endless)

    def test_record_keeps_what_was_carried_out(self):
        kept = self.path("kept.cairn")
        self.expect(0, stdin=f"record {kept}\necho 'a  b'\n echo secret\nrecord off\necho c\n")
        with open(kept, encoding="utf-8") as file:
            self.assertEqual(file.read(), "echo 'a  b'\n")
        self.assertEqual(os.stat(kept).st_mode & 0o777, 0o600)

    def test_exit_ends_with_its_code(self):
        self.assertEqual(self.expect(3, stdin="echo a\nexit 3\necho never\n").lines, ["a"])
        self.expect(0, stdin="exit\n")
        self.expect(2, "exit", "256")

    def test_expect_judges_codes_and_words(self):
        self.expect(0, "expect", "2", "--", "nonsense")
        self.expect(0, "expect", "unknown_command", "--", "nonsense")
        self.expect(0, "expect", "0", "--", "echo", "x")
        self.assertEqual(self.expect(0, "expect", "0", "--", "echo", "x").out, "")
        self.expect(9, "expect", "0", "--", "nonsense")
        for words in (["0"], ["x", "--", "version"], ["999", "--", "version"], ["-1", "--", "version"]):
            self.expect(2, "expect", *words)

    def test_conditions(self):
        self.expect(0, "--scratch", stdin="assert height == 0\nassert peers == 0\nassert mempool <= 0\n"
                                          "assert synced\nwait height < 1\n")
        self.expect(9, "--scratch", "assert", "height", ">", "0")
        self.expect(4, "--scratch", "assert", "balance", ">", "0")
        self.expect(4, "--scratch", "assert", "balance:nobody", ">", "0")
        self.expect(2, "--scratch", "assert", "hieght", ">", "0")
        started = time.monotonic()
        outcome = self.expect(7, "--scratch", "--json", "wait", "height", ">=", "5", "--timeout", "300ms")
        self.assertLess(time.monotonic() - started, 10)
        self.assertEqual(outcome.records[0]["error"]["code"], "timeout")

    def test_waiting_costs_no_processor_time(self):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.expect(7, "--scratch", "wait", "height", ">=", "5", "--timeout", "2s")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.assertLess(spent, 1.5)

    def test_watch_repeats(self):
        self.assertEqual(self.expect(0, "watch", "-n", "0.1", "--times", "3", "echo", "x").lines, ["x"] * 3)

    def test_an_interrupted_script_goes_no_further(self):
        with self.start("--keep-going") as process:
            process.send("echo ready\nsleep 60\necho never")
            process.wait_line("ready")
            process.kill(signal.SIGINT)
            self.assertEqual(process.wait(), 130)
            self.assertNotIn("out: never", process.seen)

    def test_interrupted_mining_keeps_its_blocks_and_says_so_once(self):
        place = self.path("node")
        self.expect(0, "--datadir", place, "--network", "main", "wallet", "new", "a", "--no-password")
        with self.start("--datadir", place, "--events") as process:
            process.send("mine 1000000\necho never")
            process.wait_line('"event":"block"', deadline_s=120)
            process.kill(signal.SIGINT)
            self.assertEqual(process.wait(), 130)
        told = [line for line in process.seen if line.startswith("err: ")]
        self.assertEqual(told, ["err: interrupted; the blocks that were found are kept"])
        self.assertNotIn("out: never", process.seen)
        self.expect(0, "--datadir", place, "assert", "height", ">", "0")

    def test_a_long_script_runs_in_bounded_memory(self):
        script = self.path("long.cairn")
        with open(script, "w", encoding="utf-8") as file:
            for number in range(100_000):
                file.write(f"echo line {number}\n")
        peak = "import resource, subprocess, sys\n" \
               "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)\n" \
               "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
        made = subprocess.run(["python3", "-c", peak, harness.binary(), "--json", "-f", script],
                              env=self.environment, cwd=self.home, capture_output=True, text=True,
                              timeout=240, check=True)
        if "ASAN_OPTIONS" not in os.environ and "TSAN_OPTIONS" not in os.environ:
            self.assertLess(int(made.stdout), 64 * 1024)  # KiB


if __name__ == "__main__":
    harness.main()
