"""The first thing a user types: --version, version, --help, and what is not known."""

import os

import harness

VERSION = os.environ.get("CAIRN_VERSION", "0.1.0")


class VersionTest(harness.CairnTest):
    def test_version_is_one_line_on_standard_output(self):
        outcome = self.expect(0, "--version")
        self.assertEqual(outcome.out, f"cairn {VERSION}\n")
        self.assertEqual(outcome.err, "")

    def test_version_touches_no_file(self):
        self.expect(0, "--version")
        files = [name for _, _, names in os.walk(self.home) for name in names]
        self.assertEqual(files, [])

    def test_help_goes_to_standard_output_and_names_commands(self):
        outcome = self.expect(0, "--help")
        for word in ("wallet", "send", "mine", "--datadir", "--json"):
            self.assertIn(word, outcome.out)
        self.assertEqual(outcome.err, "")

    def test_an_unknown_option_is_a_usage_error(self):
        outcome = self.expect(2, "--no-such-option")
        self.assertEqual(outcome.out, "")
        self.assertIn("--no-such-option", outcome.err)


if __name__ == "__main__":
    harness.main()
