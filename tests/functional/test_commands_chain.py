"""The chain, blocks, mining, events, and what needs a network."""

import glob
import hashlib
import os
import signal

import commands
import harness


def forged(block):
    """A block of one payment with another signature and new work: each rule but that of signatures holds."""
    tx = block[179:-64] + block[-64:-32] + bytes(32)  # S = 0 is in range
    root = hashlib.sha256(b"\0" + tx).digest()
    header = block[:70] + root + block[102:170]
    digest = hashlib.sha256(b"cairn/header" + header).digest()
    for nonce in range(10_000):
        seal = nonce.to_bytes(8, "little")
        if hashlib.sha256(hashlib.sha256(digest + seal).digest()).digest()[:2] < b"\xff\xff":
            return header + block[170:171] + seal + tx
    raise AssertionError("no work was found")


class Mining(commands.CommandTest):
    def test_mine(self):
        alice, bob = self.wallets("alice", "bob")
        one = self.ok("mine")
        self.assertEqual([b["height"] for b in one["blocks"]], [1])
        for key in "height id txs reward attempts".split():
            self.assertIn(key, one["blocks"][0])
        self.assertIn("hashrate", one)
        self.assertEqual(len(self.ok("mine", "5", "--to", "bob")["blocks"]), 5)
        self.ok("mine", "--to", alice)
        self.assertEqual((self.balance()[0], self.balance("bob")[0]), ("100", "250"))
        self.refused(2, None, "mine", "0")
        self.refused(2, None, "mine", "-1")
        self.refused(4, None, "mine", "--to", "nobody")
        status = self.ok("mine", "status")
        self.assertEqual((status["running"], status["blocks"]), (False, 0))

    def test_mining_in_the_background(self):
        self.wallets("alice")
        with self.start("--datadir", self.directory, "--network", "dev", "--json") as node:
            self.assertTrue(node.ask("mine start --threads 2")["data"]["running"])
            self.assertTrue(node.ask("wait height >= 5")["ok"])
            self.assertTrue(node.ask("mine status")["data"]["running"])
            self.assertFalse(node.ask("mine stop")["data"]["running"])
            node.close_input()
            self.assertEqual(node.wait(), 0)

    def test_an_interruption_keeps_what_was_found(self):
        genesis = self.path("slow.json")
        self.ok("network", "new", genesis, "--initial-target", "0x1eff0000", "--limit", "0x1eff0000",
                "--half-life", "0", "--max-future", "0")
        place = ["--datadir", self.path("slow"), "--network", genesis, "--json"]
        self.expect(0, *place, "wallet", "new", "alice", "--no-password")
        with self.start(*place, "--events", "mine", "1000000") as node:
            node.wait_line('"event":"block"', deadline_s=60)
            node.kill(signal.SIGINT)
            self.assertEqual(node.wait(), 130)
        status = self.run_cairn(*place, "chain", "status").data
        self.assertGreaterEqual(status["height"], 1)


class HeldBranches(commands.CommandTest):
    """A branch that would take back more than max_reorg blocks."""

    def setUp(self):
        super().setUp()
        os.makedirs(self.path("config", "cairn"), exist_ok=True)
        self.write("config/cairn/cairn.toml", "max_reorg = 2\n")
        self.wallets("alice")
        self.ok("mine", "3")
        other = ("--datadir", self.path("other"), "--network", "dev", "--json")
        self.expect(0, *other, "wallet", "new", "bob", "--no-password")
        self.theirs = self.expect(0, *other, "mine", "5").data["blocks"][-1]["id"]
        self.expect(0, *other, "chain", "export", self.path("theirs"))
        self.ours = self.ok("chain", "status")["tip"]
        self.ok("chain", "import", self.path("theirs"))

    def tip(self, *words):
        status = self.ok(*words, "chain", "status")
        return status["tip"], [branch["tip"] for branch in status["held"]]

    def test_is_held_until_it_is_accepted_for_good(self):
        self.assertEqual(self.tip(), (self.ours, [self.theirs]))
        self.refused(8, "needs_yes", "chain", "accept", self.theirs)
        self.refused(4, "unknown_branch", "--yes", "chain", "accept", self.ours)
        self.assertEqual(self.tip("--reindex"), (self.ours, [self.theirs]))
        self.ok("--yes", "chain", "accept", self.theirs[:12])
        self.assertEqual(self.tip(), (self.theirs, []))
        self.assertEqual(self.tip("--reindex"), (self.theirs, []))
        self.assertEqual(len(self.ok("chain", "reorgs")["reorgs"]), 1)
        self.ok("mine")
        self.assertEqual(self.ok("--reindex", "chain", "status")["height"], 6)
        self.assertTrue(self.ok("chain", "verify", "--full")["valid"])

    def test_is_accepted_before_the_answer_comes(self):
        with self.start("--datadir", self.directory, "--json", "--yes") as node:
            self.assertTrue(node.ask(f"chain accept {self.theirs}")["ok"])
            node.kill(signal.SIGKILL)
        self.assertEqual(self.tip("--reindex"), (self.theirs, []))


class Chain(commands.CommandTest):
    def test_show_status_and_blocks(self):
        self.funded()
        self.ok("send", "bob", "1")
        self.ok("mine", "2")
        status = self.ok("chain", "status")
        for key in ("network height tip time difficulty work state_root mempool peers synced held").split():
            self.assertIn(key, status)
        self.assertEqual((status["network"], status["height"], status["work"]), ("dev", 5, "5"))
        blocks = self.ok("chain", "show", "--last", "3")["blocks"]
        self.assertEqual([b["height"] for b in blocks], [5, 4, 3])
        self.assertEqual(blocks[0]["id"], status["tip"])
        for key in "height id time txs producer difficulty size".split():
            self.assertIn(key, blocks[0])
        self.assertEqual([b["height"] for b in self.ok("chain", "show", "--from", "3")["blocks"]], [5, 4, 3])
        self.assertEqual(len(self.ok("chain", "show")["blocks"]), 6)
        self.refused(4, "unknown_height", "chain", "show", "--from", "6")
        block = self.ok("block", "show", "4", "--verify")
        for key in ("height id parent time producer tx_root state_root history_root target difficulty nonce "
                    "size confirmations transactions").split():
            self.assertIn(key, block)
        self.assertEqual((block["confirmations"], len(block["transactions"]), block["valid"]), (2, 1, True))
        self.assertTrue(all(check["ok"] for check in block["checks"]))
        self.assertEqual(self.ok("block", "show", block["id"])["height"], 4)
        self.assertEqual(self.ok("block", "show", block["id"][:16])["height"], 4)
        self.assertEqual(self.ok("block", "show", "tip")["height"], 5)
        self.assertTrue(self.ok("block", "show", "0", "--verify")["valid"])
        for unknown in ("6", "ab" * 32):
            self.refused(4, "unknown_block", "block", "show", unknown)
        self.refused(2, None, "block", "show", "xyz")
        self.assertEqual(self.ok("chain", "reorgs")["reorgs"], [])
        self.refused(4, None, "chain", "accept", "ab" * 32)
        graph = self.run_cairn("--datadir", self.directory, "chain", "graph", "--last", "3")
        self.assertEqual(len(graph.lines), 3)

    def test_branches_are_drawn_and_reorganisations_told(self):
        self.wallets("alice")
        self.ok("mine", "2")
        self.ok("chain", "export", self.path("first"))
        self.ok("mine", "1")
        other = ["--datadir", self.path("other"), "--network", "dev", "--json"]
        self.expect(0, *other, "wallet", "new", "carol", "--no-password")
        self.expect(0, *other, "chain", "import", self.path("first"))
        self.expect(0, *other, "mine", "3")
        self.expect(0, *other, "chain", "export", self.path("longer"))
        before = self.ok("chain", "status")["tip"]
        taken = self.ok("chain", "import", self.path("longer"))
        self.assertEqual((taken["new"], taken["known"], taken["height"]), (3, 2, 5))
        reorg = self.ok("chain", "reorgs")["reorgs"]
        self.assertEqual([(r["depth"], r["from"]) for r in reorg], [(1, before)])
        self.assertEqual(self.balance()[0], "100")
        side = self.ok("block", "show", before, "--verify")
        self.assertEqual((side["active"], side["confirmations"], side["valid"]), (False, 0, True))
        graph = self.run_cairn("--datadir", self.directory, "chain", "graph")
        self.assertIn("○", graph.out)
        self.assertIn("╯", graph.out)
        self.assertIn("reorganisation", [e["event"] for e in self.ok("events")["events"]])
        self.assertTrue(self.ok("chain", "verify", "--full")["valid"])

    def test_verify_counts_what_it_judged(self):
        self.funded()
        for _ in range(3):
            self.ok("send", "bob", "1")
        self.ok("mine")
        quick = self.ok("chain", "verify")
        self.assertEqual((quick["valid"], quick["blocks"], quick["transactions"], quick["signatures"]),
                         (True, 4, 3, 0))
        full = self.ok("chain", "verify", "--full")
        self.assertEqual(full["signatures"], 3)
        self.assertIn("seconds", full)

    def test_verify_names_the_height_of_a_damaged_record(self):
        self.wallets("alice")
        self.ok("mine", "50")
        name = sorted(glob.glob(os.path.join(self.directory, "blocks", "*.dat")))[0]
        size = os.path.getsize(name)
        with open(name, "r+b") as file:
            file.seek(size // 3)
            byte = file.read(1)
            file.seek(size // 3)
            file.write(bytes([byte[0] ^ 1]))
        outcome = self.run_one("chain", "verify")
        self.assertEqual(outcome.code, 11, str(outcome))
        record = outcome.records[0]
        self.assertFalse(record["ok"])
        if "data" in record:  # opening reads the tail alone
            self.assertIn(record["data"]["height"], range(10, 25))
            self.assertEqual(record["data"]["rule"], "stored_record")

    def test_import_names_the_block_with_a_forged_signature(self):
        self.funded()
        self.ok("send", "bob", "1")
        height = self.ok("mine")["blocks"][0]["height"]
        self.ok("chain", "export", self.path("c"))
        with open(self.path("c"), "rb") as file:
            whole = file.read()
        at, last = whole.index(b"\n") + 1, 0
        while at < len(whole):
            last, at = at, at + 4 + int.from_bytes(whole[at:at + 4], "little")
        with open(self.path("forged"), "wb") as file:
            file.write(whole[:last + 4] + forged(whole[last + 4:]))
        other = ["--datadir", self.path("other"), "--network", "dev", "--json"]
        refused = self.run_cairn(*other, "chain", "import", self.path("forged"))
        error = refused.records[0]["error"]
        self.assertEqual((refused.code, error["code"], error["height"], error["new"]),
                         (3, "signature", height, height - 1), str(refused))

    def test_export_and_import(self):
        self.funded()
        self.ok("send", "bob", "1")
        self.ok("mine", "2")
        self.assertEqual(self.ok("chain", "export", self.path("c"))["blocks"], 5)
        self.refused(1, "file_exists", "chain", "export", self.path("c"))
        with open(self.path("c"), "rb") as file:
            whole = file.read()
        genesis = self.ok("network", "show")["id"]
        self.assertTrue(whole.startswith(f"cairn-chain 1 {genesis}\n".encode()))
        copy = ["--datadir", self.path("copy"), "--network", "dev", "--json"]
        with open(self.path("cut"), "wb") as file:
            file.write(whole[:-10])
        cut = self.run_cairn(*copy, "chain", "import", self.path("cut"))
        self.assertEqual((cut.code, cut.records[0]["error"]["code"], cut.records[0]["error"]["new"]),
                         (1, "truncated_file", 4), str(cut))
        taken = self.expect(0, *copy, "chain", "import", self.path("c")).data
        self.assertEqual((taken["new"], taken["known"], taken["height"]), (1, 4, 5))
        broken = bytearray(whole)
        broken[-100] ^= 1  # in the last block
        with open(self.path("broken"), "wb") as file:
            file.write(broken)
        third = ["--datadir", self.path("third"), "--network", "dev", "--json"]
        refused = self.run_cairn(*third, "chain", "import", self.path("broken"))
        self.assertEqual((refused.code, refused.records[0]["error"]["height"]), (3, 5), str(refused))
        self.assertEqual(self.run_cairn(*third, "chain", "status").data["height"], 4)
        self.assertEqual(self.expect(0, *copy, "chain", "status").data["height"], 5)
        self.refused(2, "bad_file", "chain", "import", self.write("no", "something else"))
        main = self.run_cairn("--datadir", self.path("main"), "--json", "chain", "import", self.path("c"))
        self.assertEqual(main.records[0]["error"]["code"], "wrong_network")


class Others(commands.CommandTest):
    def test_peers_of_a_node_that_has_none(self):
        self.assertEqual(self.ok("peers", "list"), {"peers": []})
        self.assertEqual(self.ok("peers"), {"peers": []})
        self.refused(6, "unreachable", "peers", "add", "127.0.0.1:9")
        self.refused(6, "unresolved", "peers", "add", "nonexistent.invalid:9")
        for words in (["peers", "show", "x"], ["peers", "remove", "x"], ["peers", "ban", "x", "--for", "1h"],
                      ["peers", "unban", "127.0.0.1:9"]):
            self.refused(4, "unknown_peer", *words)
        self.refused(2, "bad_argument", "peers", "unban", "x")
        self.assertTrue(self.ok("node", "sync", "--wait")["synced"])

    def test_node_network_and_fees(self):
        status = self.ok("node", "status")
        self.assertEqual((status["listen"], status["network"], status["peers"], status["height"],
                          status["synced"]), ("off", "dev", 0, 0, True))
        self.assertIsInstance(status["uptime_s"], int)
        self.assertRegex(status["version"], r"^\d+\.\d+")
        shown = self.ok("network", "show")
        self.assertEqual(shown["parameters"]["name"], "dev")
        self.assertEqual(len(shown["header"]), 340)
        self.assertEqual(self.ok("fee", "show")["normal"], "0")
        main = self.run_cairn("--scratch", "--network", "main", "--json", "fee", "show").data
        self.assertEqual(main["units_per_byte"]["low"], 1)
        self.assertEqual(self.ok("mempool", "status")["count"], 0)

    def test_a_network_of_ones_own(self):
        made = self.ok("network", "new", self.path("club.json"), "--name", "club", "--ticker", "CLB",
                       "--prefix", "clb", "--interval", "30", "--subsidy", "7.5", "--initial-target",
                       "0x20ffffff", "--limit", "0x20ffffff")
        self.refused(1, "file_exists", "network", "new", self.path("club.json"))
        place = ["--datadir", self.path("club"), "--network", self.path("club.json"), "--json"]
        shown = self.run_cairn(*place, "network", "show").data
        self.assertEqual((shown["id"], shown["parameters"]), (made["id"], made["parameters"]))
        self.assertEqual(shown["parameters"]["interval_ms"], 30_000)
        wallet = self.run_cairn(*place, "wallet", "new", "a", "--no-password").data
        self.assertTrue(wallet["address"].startswith("clb1"))
        self.refused(2, None, "network", "new", self.path("n"), "--halving", "0")
        self.refused(2, None, "network", "new", self.path("n"), "--subsidy", "-1")
        self.assertFalse(os.path.exists(self.path("n")))

    def test_a_preview_tells_the_difficulty_as_status_does(self):
        self.wallets("alice")
        self.assertEqual(self.ok("mine", "preview")["difficulty"], self.ok("chain", "status")["difficulty"])

    def test_the_newest_from_a_height_on_contradict_each_other(self):
        self.wallets("alice")
        self.ok("mine", "4")
        self.refused(2, "conflicting_options", "chain", "show", "--from", "3", "--last", "1")
        shown = self.ok("chain", "show", "--from", "3")["blocks"]
        self.assertEqual([each["height"] for each in shown], [4, 3])

    def test_an_empty_list_in_csv_has_its_heading(self):
        self.wallets("alice")
        for words, wanted in ((["history"], "time,height,txid,direction,"), (["contacts"], "name,address"),
                              (["peers"], "id,address,direction,"), (["mempool", "show"], "txid,type,from,")):
            out = self.run_cairn("--datadir", self.directory, "--output", "csv", *words).lines
            self.assertEqual(len(out), 1, out)
            self.assertTrue(out[0].startswith(wanted), out)

    def test_events(self):
        self.wallets("alice")
        self.ok("mine", "3")
        events = self.ok("events")["events"]
        self.assertEqual([(e["event"], e["height"]) for e in events],
                         [("block", 1), ("block", 2), ("block", 3)])
        self.assertEqual(self.ok("events", "--since", "2100-01-01")["events"], [])
        self.refused(2, None, "events", "--since", "yesterday")
        with self.start("--datadir", self.directory, "--json") as node:
            node.send("mine start")
            node.send("events --follow")
            node.wait_line('"event":"block"')
            node.kill(signal.SIGINT)
            self.assertEqual(node.wait(), 130)


if __name__ == "__main__":
    harness.main()
