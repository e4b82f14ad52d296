"""The files that cairn writes, read by their descriptions alone: the block log and the outbox (STORAGE.md),
the export of a chain and its blocks (CONSENSUS.md), the parts of a wallet in the clear (WALLETS.md)."""

import hashlib
import json
import os
import sys

import commands
import harness

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vectors"))

from second_blocks import Block, read_tx  # noqa: E402
from second_chain import Chain, Network  # noqa: E402
from second_signatures import address_of, bech32m  # noqa: E402


def crc32c(data):
    """RFC 3720: the polynomial 0x1edc6f41, reflected."""
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def number(data, at, size):
    return int.from_bytes(data[at:at + size], "little")


def read_log(test, path, genesis):
    """The payloads of a log of one file, with a clean end; all that STORAGE.md says of it holds."""
    with open(path, "rb") as file:
        data = file.read()
    test.assertEqual(data[:8], b"CAIRNLOG")
    test.assertEqual((number(data, 8, 4), number(data, 12, 4)), (1, 0))
    test.assertEqual(data[20:52].hex(), genesis)
    test.assertEqual(number(data, 52, 4), crc32c(data[:52]))
    payloads, at, group = [], 56, 56
    while at < len(data):
        length, of = number(data, at + 8, 4), number(data, at + 12, 8)
        test.assertEqual(number(data, at, 4), crc32c(data[at + 4:at + 20 + length]), f"at {at}")
        test.assertEqual(data[at + 4:at + 8], data[16:20], f"mark at {at}")
        test.assertIn(of, (group, at), f"group at {at}")
        group, payload = of, data[at + 20:at + 20 + length]
        at += 20 + length
        if length:
            payloads.append(payload)
    test.assertEqual((at, length), (len(data), 0), "the last record marks a clean end")
    return payloads


class Formats(commands.CommandTest):
    def setUp(self):
        super().setUp()
        self.funded()
        for words in (["send", "bob", "1.5", "--memo", "ä"],
                      ["document", "add", self.write("d", "text"), "--inline"]):
            self.ok(*words)
        self.ok("mine", "2")
        self.waiting = [self.ok("send", "bob", "2")["txid"], self.ok("send", "bob", "3")["txid"]]
        shown = self.ok("network", "show")
        self.genesis, self.network = shown["id"], Network(shown["parameters"])
        self.assertEqual(self.network.id.hex(), self.genesis)
        self.assertEqual(self.network.header.hex(), shown["header"])

    def blocks(self):
        return read_log(self, os.path.join(self.directory, "blocks", "00000.dat"), self.genesis)

    def test_the_block_log_is_a_chain(self):
        payloads = self.blocks()
        self.assertEqual(payloads[0], self.network.header + b"\1" + bytes(8))
        chain = Chain(self.network)
        for payload in payloads[1:]:
            chain.push(Block(payload))
        status = self.ok("chain", "status")
        self.assertEqual((chain.height, chain.ids[-1].hex()), (5, status["tip"]))
        for one in self.ok("wallet", "list")["wallets"]:
            mine = [balance for address, (balance, _) in chain.accounts.items()
                    if bech32m("dcrn", address) == one["address"]]
            self.assertEqual(self.ok("balance", one["name"])["confirmed"],
                             f"{(mine or [0])[0] / 10**8:.8f}".rstrip("0").rstrip("."))

    def test_an_export_is_its_blocks(self):
        self.ok("chain", "export", self.path("chain"))
        with open(self.path("chain"), "rb") as file:
            line, data = file.readline(), file.read()
        self.assertEqual(line, f"cairn-chain 1 {self.genesis}\n".encode())
        at, found = 0, []
        while at < len(data):
            found.append(data[at + 4:at + 4 + number(data, at, 4)])
            at += 4 + len(found[-1])
        self.assertEqual(found, self.blocks()[1:])

    def test_an_accepted_branch_is_a_record(self):
        os.makedirs(self.path("config", "cairn"))
        self.write("config/cairn/cairn.toml", "max_reorg = 2\n")
        other = ("--datadir", self.path("other"), "--network", "dev", "--json")
        self.expect(0, *other, "wallet", "new", "bob", "--no-password")
        tip = self.expect(0, *other, "mine", "6").data["blocks"][-1]["id"]
        self.expect(0, *other, "chain", "export", self.path("theirs"))
        self.ok("chain", "import", self.path("theirs"))
        self.ok("--yes", "chain", "accept", tip)
        payloads = self.blocks()
        self.assertEqual(payloads[-1], b"accept" + bytes.fromhex(tip))
        self.assertEqual(len(payloads), 1 + 5 + 6 + 1)

    def test_the_outbox_tells_what_waits(self):
        self.ok("tx", "cancel", self.waiting[1])
        (generation,) = os.listdir(os.path.join(self.directory, "outbox"))
        left = {}
        for payload in read_log(self, os.path.join(self.directory, "outbox", generation, "00000.dat"),
                                self.genesis):
            if payload[0] == 1:
                tx = read_tx(payload[1:])
                left[tx.txid.hex()] = tx
            else:
                self.assertEqual((payload[0], len(payload)), (2, 33))
                del left[payload[1:].hex()]
        self.assertIn(self.waiting[0], left)
        self.assertNotIn(self.waiting[1], left)

    def test_the_file_of_peers(self):
        with self.start("--datadir", self.path("other"), "--network", "dev", "--listen", "auto", "--json",
                        "--no-discovery") as node:
            where = node.ask("node status")["data"]["listen"]
            self.ok("--no-discovery", "peers", "add", where)
        host, port = where.split(":")
        with open(os.path.join(self.directory, "peers"), "rb") as file:
            data = file.read()
        self.assertEqual((data[0], number(data, len(data) - 4, 4)), (1, crc32c(data[:-4])))
        at = 21 + 62 * number(data, 17, 4)
        at += 1 + 18 * data[at]
        self.assertEqual(data[at], 1)
        self.assertEqual(data[at + 1:-4],
                         bytes([len(host)]) + host.encode() + int(port).to_bytes(2, "little"))

    def test_the_clear_parts_of_a_wallet(self):
        made = self.ok("wallet", "new", "carol", "--no-password")
        self.ok("address", "new", "--label", "Miete ä")
        with open(os.path.join(self.directory, "wallets", "carol.wallet"), "rb") as file:
            data = file.read()
        self.assertEqual(data[:12], b"cairnwlt\1\0\0\0")
        self.assertEqual(data[12:76], bytes(64))
        keys, secret = number(data, 76, 4), number(data, 80, 4)
        self.assertEqual(secret, 32)  # the entropy of 24 words
        count = number(data, 93, 4)
        self.assertEqual((data[84], keys), (1, 13 + 32 * count))
        public = [data[97 + 32 * i:129 + 32 * i] for i in range(count)]
        self.assertEqual(public[0].hex(), made["public_key"])
        shown = [one["address"] for one in self.ok("address", "list")["addresses"]]
        self.assertEqual([bech32m("dcrn", address_of(key)) for key in public[:2]], shown)
        notes = data[84 + keys + secret:-32]
        self.assertEqual(notes, (2).to_bytes(4, "little") + b"\0" + bytes([8]) + "Miete ä".encode())
        self.assertEqual(data[-32:], hashlib.sha256(b"cairn/wallet" + data[:-32]).digest())
        self.assertEqual(json.loads(self.read("node/network.json"))["name"], "dev")


if __name__ == "__main__":
    harness.main()
