"""Kills cairn at random moments of scripts that mine and pay: each time the directory opens by itself, and
every result that had been printed still holds. CAIRN_KILLS sets how often (12 by default; the long form is
200)."""

import os
import random
import threading

import harness

KILLS = int(os.environ.get("CAIRN_KILLS", "12"))
SEED = int(os.environ.get("CAIRN_SEED", "1"))


class Killed(harness.CairnTest):
    def flags(self):
        return ["--json", "--network", "dev", "--datadir", self.path("ledger")]

    def script(self, chance):
        lines = []
        for _ in range(60):
            what = chance.randrange(8)
            if what < 2:
                lines.append(f"mine {chance.randrange(1, 4)}")
            elif what == 2:
                lines.append("address new")
            elif what == 3 and self.strangers:
                stranger = self.strangers.pop()
                lines.append(f"contacts add c{len(self.strangers)} {stranger}")
            else:
                lines.append(f"send {self.other} 0.0{chance.randrange(1, 10)} --fee 0")
        return lines

    def run_and_kill(self, chance):
        """The records that were printed before a kill at a random moment."""
        with self.start(*self.flags()) as process:
            feeder = threading.Thread(target=self.feed, args=(process, self.script(chance)), daemon=True)
            feeder.start()
            records = [process.read_json()]  # the process has opened its directory
            killer = threading.Timer(chance.random() * 0.4, process.kill)
            killer.start()
            while (line := process.read_line()) is not None:
                records.append(line)
            killer.cancel()
            process.kill()
            process.wait()
            feeder.join(harness.DEADLINE_S)
        whole = [records[0]]
        for line in records[1:]:
            try:
                whole.append(harness.json.loads(line))
            except ValueError:
                self.assertIs(line, records[-1], "only the last line may be torn")
        return whole

    @staticmethod
    def feed(process, lines):
        try:
            for line in lines:
                process.send(line)
            process.close_input()
        except OSError:
            pass  # killed

    def remember(self, records):
        for record in records:
            self.assertTrue(record["ok"], record)
            data = record["data"]
            if record["cmd"] == "mine":
                for block in data["blocks"]:
                    self.blocks[block["height"]] = block["id"]
            elif record["cmd"] == "send":
                self.payments.append(data["txid"])
            elif record["cmd"] == "address new":
                self.addresses.append(data["address"])
            elif record["cmd"] == "contacts add":
                self.contacts.append(data["name"])

    def check(self):
        """All that was acknowledged, asked in one run."""
        commands = ["chain status", "contacts list", "address list"]
        heights = sorted(self.blocks)[-40:]
        commands += [f"block show {height}" for height in heights]
        recent = self.payments[-60:]
        commands += [f"tx show {txid}" for txid in recent]
        outcome = self.expect(0, *self.flags(), stdin="\n".join(commands) + "\n", deadline_s=120)
        answers = [record["data"] for record in outcome.records]
        status, contacts, addresses = answers[:3]
        self.assertGreaterEqual(status["height"], max(self.blocks, default=0))
        self.assertLessEqual(set(self.contacts), {one["name"] for one in contacts["contacts"]})
        self.assertLessEqual(set(self.addresses), {one["address"] for one in addresses["addresses"]})
        shown = answers[3:]
        for height, block in zip(heights, shown):
            self.assertEqual(block["id"], self.blocks[height])
        for txid, payment in zip(recent, shown[len(heights):]):
            self.assertEqual(payment["txid"], txid)
            self.assertIn(payment["status"], ("pending", "confirmed"))

    def test_nothing_acknowledged_is_lost(self):
        chance = random.Random(SEED)
        self.blocks, self.payments, self.addresses, self.contacts = {}, [], [], []
        script = "wallet new b --no-password\n" + "address new\n" * 200
        script += "wallet new a --no-password\nmine 5\n"
        made = self.expect(0, *self.flags(), stdin=script)
        self.other, *self.strangers = (one["data"]["address"] for one in made.records[:201])
        for _ in range(KILLS):
            self.remember(self.run_and_kill(chance))
            self.check()
        verified = self.expect(0, *self.flags(), "chain", "verify", "--full", deadline_s=300).data
        self.assertTrue(verified["valid"])
        print(f"kills {KILLS}: {len(self.blocks)} blocks and {len(self.payments)} payments acknowledged, "
              "none lost")


if __name__ == "__main__":
    harness.main()
