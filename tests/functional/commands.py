"""What the tests of commands share: a data directory on dev with wallets and coins, and reading records."""

import harness


class CommandTest(harness.CairnTest):
    """Each test has a data directory of its own, on the network dev."""

    def setUp(self):
        super().setUp()
        self.directory = self.path("node")

    def run_one(self, *words, **options):
        return self.run_cairn("--datadir", self.directory, "--network", "dev", "--json", *words, **options)

    def ok(self, *words, **options):
        """The data of a command that must succeed."""
        outcome = self.run_one(*words, **options)
        self.assertEqual(outcome.code, 0, str(outcome))
        return outcome.data

    def refused(self, exit_code, error_code, *words, **options):
        """The error of a command that must fail thus, with one clear message on standard error."""
        outcome = self.run_one(*words, **options)
        self.assertEqual(outcome.code, exit_code, str(outcome))
        self.assertEqual(len(outcome.records), 1, str(outcome))
        record = outcome.records[0]
        self.assertFalse(record["ok"], str(outcome))
        self.assertEqual(record["error"]["exit"], exit_code, str(outcome))
        if error_code:
            self.assertEqual(record["error"]["code"], error_code, str(outcome))
        self.assertTrue(record["error"]["message"], str(outcome))
        for word in ("std::", "boost", "exception", "terminate"):
            self.assertNotIn(word, outcome.err)
        return record

    def wallets(self, *names):
        """New wallets without password; gives their addresses. The first becomes the current one."""
        made = [self.ok("wallet", "new", name, "--no-password")["address"] for name in names]
        self.ok("wallet", "use", names[0])
        return made

    def funded(self):
        """alice, who is current, with 150 coins in three blocks, and bob without."""
        addresses = self.wallets("alice", "bob")
        self.ok("mine", "3")
        return addresses

    def read(self, name):
        with open(self.path(name), encoding="utf-8", newline="") as file:
            return file.read()

    def balance(self, *words):
        data = self.ok("balance", *words)
        return data["confirmed"], data["pending"], data["available"]
