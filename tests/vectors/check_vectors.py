#!/usr/bin/env python3
"""Recomputes every golden vector from the format description (docs/CONSENSUS.md) alone, with nothing but the
standard library: a second implementation of encodings, names, difficulty and all rules. Exit code 1 where it
disagrees with model.json or consensus.json."""

import json
import os
import sys

from second_blocks import Block, check_tx, leaf, read_tx, state_root, tree
from second_chain import Chain, Network, expand, next_target, to_compact, work_of
from second_signatures import Broken, Malformed, address_of, bech32m, ed_public, ed_verify, le

HERE = os.path.dirname(os.path.abspath(__file__))


# --- The vectors -----------------------------------------------------------------------------------
class Check:
    def __init__(self):
        self.done = self.failed = 0

    def equal(self, what, got, want):
        self.done += 1
        if got != want:
            self.failed += 1
            print(f"{what}: computed {got!r}, the vector has {want!r}", file=sys.stderr)

    def error(self, what, action, want):
        """`want`: the exception that must come, as Broken's arguments or Malformed."""
        try:
            action()
            got = None
        except Broken as broken:
            got = broken.args
        except Malformed:
            got = Malformed
        self.equal(what, got, want)


def encode_tx(one):
    body = one["body"]
    if one["type"] == 1:
        encoded = le(len(body["outputs"]), 2) + b"".join(
            unhex(out["address"]) + le(int(out["amount"]), 8) +
            le(len(unhex(out["memo"])), 1) + unhex(out["memo"])
            for out in body["outputs"])
    else:
        title, content = unhex(body["title"]), unhex(body["inline"])
        encoded = unhex(body["sha256"]) + le(len(title), 1) + title + le(len(content), 4) + content
    return b"".join((le(one["version"], 1), unhex(one["chain"]), le(one["type"], 1), unhex(one["sender"]),
                     le(int(one["nonce"]), 8), le(int(one["fee"]), 8), le(one["expiry"], 4),
                     le(int(one["time"]), 8), le(len(encoded), 4), encoded, unhex(one["signature"])))


unhex = bytes.fromhex


def check_model(check, model):
    genesis = unhex(model["genesis"])
    for one in model["keys"]:
        key = ed_public(unhex(one["seed"]))
        check.equal("public key", key.hex(), one["public_key"])
        check.equal("address", address_of(key).hex(), one["address"])
        for prefix in ("crn", "dcrn"):
            check.equal("address text", bech32m(prefix, address_of(key)), one[prefix])
    for one in model["transactions"]:
        name, tx = one["name"], read_tx(unhex(one["encoded"]))
        check.equal(name, encode_tx(one).hex(), one["encoded"])
        check.equal(name, tx.txid.hex(), one["txid"])
        check.equal(name, tx.wid.hex(), one["wid"])
        check.equal(name, model["keys"][one["key"]]["public_key"], one["sender"])
        check.equal(name, ed_verify(tx.sender, b"cairn/sign" + genesis + tx.unsigned, tx.signature), True)
        tx.outputs()
    for one in model["refused_transactions"]:
        tx, most = read_tx(unhex(one["encoded"])), int(model["max_supply"])
        check.error(one["name"], lambda: check_tx(tx, genesis[:4], most, 9, 0), (one["error"], 0))
    for one in model["malformed_transactions"]:
        check.error(one["name"], lambda: read_tx(unhex(one["encoded"])), Malformed)
    check_block(check, model["block"])
    for one in model["malformed_blocks"]:
        check.error(one["name"], lambda: Block(unhex(one["encoded"])), Malformed)
    for one in model["accounts"]:
        check.equal("account", (unhex(one["address"]) + b"".join(
            le(int(one[key]), 8) for key in ("balance", "nonce", "stake"))).hex(), one["encoded"])


def check_block(check, one):
    fields = one["header"]
    header = b"".join((le(fields["version"], 2), unhex(fields["parent"]), le(fields["height"], 4),
                       le(int(fields["time"]), 8), unhex(fields["producer"]), le(fields["tx_count"], 4),
                       unhex(fields["tx_root"]), unhex(fields["state_root"]), unhex(fields["history_root"]),
                       le(int(fields["target"], 16), 4)))
    block = Block(unhex(one["encoded"]))
    check.equal("header", header.hex(), one["encoded_header"])
    encoded = header + b"\1" + le(int(one["nonce"]), 8) + b"".join(tx.whole for tx in block.txs)
    check.equal("block", encoded.hex(), one["encoded"])
    check.equal("digest", block.digest.hex(), one["digest"])
    check.equal("id", block.id.hex(), one["id"])
    check.equal("tx_root", tree([tx.wid for tx in block.txs]).hex(), fields["tx_root"])


def check_consensus(check, vectors):
    networks = {one["file"]["name"]: Network(one["file"]) for one in vectors["networks"]}
    for one in vectors["networks"]:
        network = networks[one["file"]["name"]]
        check.equal("params", network.params.hex(), one["params"])
        check.equal("genesis header", network.header.hex(), one["header"])
        check.equal("genesis id", network.id.hex(), one["id"])
        check.equal("maximum supply", str(network.max_supply), one["max_supply"])
    for one in vectors["compact"]:
        target = expand(int(one["compact"], 16))
        check.equal(one["compact"], target and f"{target:064x}", one["target"])
        if target:
            check.equal("work", f"{work_of(target):064x}", one["work"])
    for one in vectors["floored"]:
        target = int(one["target"], 16)
        check.equal("compact", f"0x{to_compact(target):08x}", one["compact"])
        check.equal("work", f"{work_of(target):064x}", one["work"])
    for one in vectors["asert"]:
        target = next_target(
            int(one["interval_ms"]), int(one["half_life_ms"]), expand(int(one["initial_target"], 16)),
            expand(int(one["limit"], 16)), one["parent_height"], int(one["parent_counted_ms"]))
        check.equal("ASERT", f"{target:064x}", one["exact"])
        check.equal("ASERT", f"0x{to_compact(target):08x}", one["target"])
    for one in vectors["trees"]:
        check.equal("tree", tree([leaf(unhex(data)) for data in one["leaves"]]).hex(), one["root"])
    for one in vectors["subsidies"]:
        network = networks[one["network"]]
        check.equal("subsidy", str(network.subsidy_at(one["height"])), one["subsidy"])
        check.equal("issued", str(network.issued(one["height"])), one["issued"])
    check_chain(check, vectors["chain"], Chain(networks[vectors["chain"]["network"]]))


def check_described(check):
    """The seven vectors of the description itself: (v(p) + T, p), the result >> 196."""
    for elapsed, height, result in ((15, 0, 0x1000000), (2415, 100, 0x2000000), (615, 100, 0x800000),
                                    (1965, 100, 0x16a0200), (1514, 100, 0xffce80), (1516, 100, 0x1003200),
                                    (-1485, 100, 0x196610)):
        target = next_target(15, 900, 2**220, 2**256 - 1, height, elapsed - 15)
        check.equal("described", target >> 196, result)


def check_chain(check, vectors, chain):
    for one in vectors["blocks"]:
        block = Block(unhex(one["block"]))
        check.equal("block id", block.id.hex(), one["id"])
        chain.push(block)
    check.equal("accounts", [record.hex() for record in chain.records(chain.accounts)], vectors["accounts"])
    check.equal("work", f"{chain.work:064x}", vectors["work"])
    check.equal("counted time", str(chain.counted), vectors["counted_ms"])
    check.error("a valid block", lambda: chain.check(Block(unhex(vectors["next_valid"]))), None)
    for one in vectors["next_refused"]:
        block = unhex(one["block"])
        check.error(one["name"], lambda: chain.check(Block(block)), (one["error"], one["index"]))


def main():
    check = Check()
    for name, checks in (("model.json", check_model), ("consensus.json", check_consensus)):
        with open(os.path.join(HERE, name), encoding="utf-8") as file:
            checks(check, json.load(file))
    check_described(check)
    print(f"{check.done} vectors checked, {check.failed} failed")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
