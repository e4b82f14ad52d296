"""Payments of a script are handed in together, and nobody can tell: but for the time it takes, a script does
and says what its lines do and say one after the other."""

import json
import os
import random
import re
import signal
import sys

import harness

FOREIGN = re.compile(r'[0-9a-f]{64}|[a-z]{3,5}1[02-9ac-hj-np-z]{38,}|"(time|hashrate|attempts)": ?[^,}]+')


class LinesAheadTest(harness.CairnTest):
    def setUp(self):
        super().setUp()
        made = self.path("made.json")
        self.expect(0, "network", "new", made, "--name", "least", "--ticker", "LST")
        with open(made, encoding="utf-8") as file:
            network = json.load(file)
        network.update(half_life_ms=0, limit="0x20ffffff", initial_target="0x20ffffff")
        self.network = self.write("n.json", json.dumps(network))

    def place(self, name, *options):
        return ["--datadir", self.path(name), "--network", self.network, "--listen", "off", "--no-discovery",
                "--json", *options]

    def prepared(self, name):
        """A data directory in which three have coins, and alice pays."""
        text = "".join(f"wallet new {each} --no-password\nmine 2 --to {each}\n"
                       for each in ("bob", "carol", "alice"))
        self.expect(0, *self.place(name), stdin=text + "wallet use alice\n")
        return name

    @staticmethod
    def told(records):
        """What does not differ from one run to another."""
        kept = ("seq", "cmd", "ok", "data", "error")
        return [FOREIGN.sub("…", json.dumps({key: record.get(key) for key in kept})) for record in records]

    def one_by_one(self, name, lines):
        with self.start(*self.place(name, "--keep-going")) as cairn:
            records = [cairn.ask(line) for line in lines]
            cairn.close_input()
            cairn.wait()
        return records

    @staticmethod
    def any_line(rng):
        kinds = [lambda: f"send {rng.choice(['bob', 'carol', 'alice'])} 0.{rng.randint(1, 99):02} -y",
                 lambda: f"send bob 0.{rng.randint(1, 99):02} --memo 'no {rng.randint(1, 99)}' --yes",
                 lambda: f"send bob 0.5 --from {rng.choice(['bob', 'carol', 'alice'])}"]
        rare = ["send bob 1000000", "send bob 1 --fee 0", "- send bob 1 --fee 0", "send nobody 1", "send bob",
                "send bob 1 --bad", "send bob 'open", "tx show $_", "mine 1 --to alice",
                "send bob all --from carol -y", "wallet use bob", "wallet use alice",
                "send bob 0.0000001 -y", "send --wallet carol bob 0.3", "send bob 0.2 \\\n--memo joined",
                "balance --wallet alice", "send bob 30 --from alice", "send bob 1 --dry-run", "echo $_ | x",
                "- send bob 1000000", "set v=bob", "send $v 0.1",
                "send bob 0.1 --fee 0.00001 --priority low", "fee show"]
        return rng.choice(kinds)() if rng.random() < 0.7 else rng.choice(rare)

    def test_a_script_is_its_lines_one_after_the_other(self):
        for seed in range(int(os.environ.get("CAIRN_SEEDS", "3"))):
            rng = random.Random(seed)
            lines = [self.any_line(rng) for _ in range(60)]
            text = "\n".join(lines) + "\nhistory --limit 100\nbalance\nbalance --wallet carol\n"
            place = self.place(self.prepared(f"together{seed}"), "--keep-going")
            together = self.run_cairn(*place, stdin=text)
            whole_lines = text.replace("\\\n", "").splitlines()
            alone = self.told(self.one_by_one(self.prepared(f"alone{seed}"), whole_lines))
            for line, here, there in zip(lines, self.told(together.records), alone):
                self.assertEqual(here, there, f"seed {seed}: {line}")
            self.assertEqual(len(together.records), len(alone))
            until = self.run_cairn(*self.place(self.prepared(f"until{seed}")), stdin=text)
            failed = [line.startswith("-") or '"ok": true' in record
                      for line, record in zip(lines, alone)].index(False)
            self.assertEqual(self.told(until.records), alone[:failed + 1], f"seed {seed}")
            self.assertEqual(until.code, until.records[-1]["error"]["exit"])

    def test_nothing_behind_a_refusal_is_paid(self):
        self.prepared("one")
        lines = ["send bob 0.001 -y"] * 1_500
        lines[1_200] = "send bob 0.001 --fee 0"
        result = self.expect(3, *self.place("one"), stdin="\n".join(lines) + "\n")
        self.assertEqual([record["ok"] for record in result.records], [True] * 1_200 + [False])
        self.assertEqual(result.records[-1]["error"]["code"], "fee_too_low")
        self.assertRegex(result.err, r"stdin:1201: error: ")
        after = self.run_cairn(*self.place("one"), "send", "bob", "0.001", "-y")
        self.assertEqual(after.data["nonce"], 1_200)

    def test_refusals_do_not_cost_the_lines_behind_them(self):
        self.prepared("one")
        for lines in (["send bob 0.001 --fee 0 -y"] * 1_500,
                      ["send bob 0.001 -y", "send bob 0.001 --fee 0 -y", "send bob 0.001 -y"] * 500):
            result = self.run_cairn(*self.place("one", "--keep-going"), stdin="\n".join(lines) + "\n")
            self.assertEqual(result.code, 3)
            self.assertEqual([record["ok"] for record in result.records],
                             ["--fee" not in line for line in lines])

    def test_the_end_of_the_time_counts_whatever_failed_before(self):
        self.prepared("one")
        file = self.write("script", "nonsense\n" + "send bob 0.00001 -y\n" * 200_000)
        result = self.run_cairn(*self.place("one", "--keep-going", "--timeout", "1", "-f", file))
        self.assertEqual(result.code, 7)
        self.assertRegex(result.err, r"script:\d+: error: the run's --timeout is over")
        self.assertEqual(result.err.count("error: "), 2)

    def test_lines_that_were_carried_out_are_recorded(self):
        self.prepared("one")
        file = self.path("record")
        self.run_cairn(*self.place("one", "--keep-going"),
                       stdin=f"record {file}\nsend bob 0.1\nsend bob 1 --fee 0\nsend bob 0.2\necho end\n")
        with open(file, encoding="utf-8") as recorded:
            self.assertEqual(recorded.read(), "send bob 0.1\nsend bob 1 --fee 0\nsend bob 0.2\necho end\n")

    def test_what_was_paid_when_it_was_interrupted_is_told(self):
        self.prepared("one")
        file = self.write("script", "send bob 0.0001 -y\n" * 50_000)
        with self.start(*self.place("one", "-f", file)) as cairn:
            answers = [cairn.read_json()]
            cairn.kill(signal.SIGINT)
            while answers[-1]["ok"]:
                answers.append(cairn.read_json())
            self.assertEqual(answers[-1]["error"]["code"], "interrupted")
            self.assertEqual(cairn.wait(), 130)
        self.assertLess(len(answers), 50_000)
        after = self.run_cairn(*self.place("one"), "send", "bob", "0.0001", "-y")
        self.assertEqual(after.data["nonce"], len(answers) - 1)

    def test_an_answer_comes_while_half_a_line_is_there(self):
        self.prepared("one")
        with self.start(*self.place("one")) as cairn:
            cairn.send("send bob 0.1\nsend bob 0.1\nsend b", end="")
            self.assertEqual([cairn.read_json()["data"]["nonce"] for _ in range(2)], [0, 1])
            self.assertEqual(cairn.ask("ob 0.2")["data"]["nonce"], 2)
            cairn.close_input()
            self.assertEqual(cairn.wait(), 0)


if __name__ == "__main__":
    sys.exit(harness.main())
