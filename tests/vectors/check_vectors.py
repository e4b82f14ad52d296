#!/usr/bin/env python3
"""Recomputes every golden vector from the format description (docs/CONSENSUS.md) alone, with nothing but the
standard library: a second implementation of encodings, names, difficulty and all rules. Exit code 1 where it
disagrees with model.json or consensus.json."""

import hashlib
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
EMPTY = hashlib.sha256(b"").digest()


class Malformed(Exception):
    """Bytes that are not in the one form that is allowed."""


class Broken(Exception):
    """A rule is broken: its name and the transaction's index."""


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def le(number, size):
    return number.to_bytes(size, "little")


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def raw(self, size):
        if len(self.data) - self.at < size:
            raise Malformed
        self.at += size
        return self.data[self.at - size:self.at]

    def int(self, size):
        return int.from_bytes(self.raw(size), "little")

    def end(self):
        if self.at != len(self.data):
            raise Malformed


# --- Ed25519: the rule of signatures ---------------------------------------------------------------
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def ed_add(a, b):
    """Extended coordinates (x, y, z, t), as RFC 8032, 5.1.4."""
    s, u = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    v, w = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = u - s, w - v, w + v, u + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def ed_mul(n, point):
    out = (0, 1, 1, 0)
    while n:
        if n & 1:
            out = ed_add(out, point)
        point = ed_add(point, point)
        n >>= 1
    return out


def ed_equal(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def ed_decode(data):
    """None unless canonical, on the curve and not of small order."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    point = (x, y, 1, x * y % P)
    return None if ed_equal(ed_mul(8, point), (0, 1, 1, 0)) else point


BASE = ed_decode(le(4 * pow(5, P - 2, P) % P, 32))


def ed_public(seed):
    a = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little")
    x, y, z, _ = ed_mul(a & (2**254 - 8) | 2**254, BASE)
    x, y = x * pow(z, P - 2, P) % P, y * pow(z, P - 2, P) % P
    return le(y | (x & 1) << 255, 32)


def ed_verify(key, message, signature):
    a, r, s = ed_decode(key), ed_decode(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return ed_equal(ed_mul(8 * s, BASE), ed_mul(8, ed_add(r, ed_mul(h, a))))


# --- Addresses -------------------------------------------------------------------------------------
ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def bech32m(prefix, payload):
    bits = "".join(f"{byte:08b}" for byte in payload)
    symbols = [0] + [int(bits[i:i + 5], 2) for i in range(0, len(bits), 5)]
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    state = 1
    for symbol in spread + symbols + [0] * 6:
        top = state >> 25
        state = (state & 0x1ffffff) << 5 ^ symbol
        for i, term in enumerate((0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3)):
            state ^= term if top >> i & 1 else 0
    state ^= 0x2bc830a3
    symbols += [state >> 5 * (5 - i) & 31 for i in range(6)]
    return prefix + "1" + "".join(ALPHABET[s] for s in symbols)


def address_of(key):
    return sha(b"cairn/address", key)[:20]


def address_from_text(text, prefix):
    symbols = [ALPHABET.index(c) for c in text[len(prefix) + 1:-6]]
    bits = "".join(f"{s:05b}" for s in symbols[1:])
    payload = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))
    assert bech32m(prefix, payload) == text
    return payload


# --- Trees -----------------------------------------------------------------------------------------
def leaf(data):
    return sha(b"\0", data)


def tree(leaves):
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\1", tree(leaves[:split]), tree(leaves[split:]))


def state_root(records):
    return sha(b"cairn/state", le(len(records), 8), tree([leaf(r) for r in records]), bytes(32))


# --- Transactions ----------------------------------------------------------------------------------
class Tx:
    def __init__(self, reader):
        start = reader.at
        self.version, self.chain, self.type = reader.int(1), reader.raw(4), reader.int(1)
        self.sender, self.nonce, self.fee = reader.raw(32), reader.int(8), reader.int(8)
        self.expiry, self.time, size = reader.int(4), reader.int(8), reader.int(4)
        if size > 72_840 - 134:
            raise Malformed
        self.body = reader.raw(size)
        self.unsigned = reader.data[start:reader.at]
        self.signature = reader.raw(64)
        self.whole = self.unsigned + self.signature
        self.txid, self.wid = sha(b"cairn/tx", self.unsigned), leaf(self.whole)

    def outputs(self):
        """[(address, amount)]; raises Malformed or UnicodeDecodeError for a body of no form."""
        reader, outputs = Reader(self.body), []
        if self.type == 1:
            count = reader.int(2)
            if not 1 <= count <= 256:
                raise Malformed
            for _ in range(count):
                outputs.append((reader.raw(20), reader.int(8)))
                reader.raw(reader.int(1)).decode("utf-8")
                if outputs[-1][1] == 0:
                    raise Malformed
        else:
            digest = reader.raw(32)
            reader.raw(reader.int(1)).decode("utf-8")
            size = reader.int(4)
            if size > 65_536 or sha(content := reader.raw(size)) != digest and content:
                raise Malformed
        reader.end()
        return outputs


def read_tx(data):
    reader = Reader(data)
    tx = Tx(reader)
    reader.end()
    return tx


def check_tx(tx, tag, max_supply, height, index):
    """Rule 7."""
    if tx.version != 1:
        raise Broken("tx_version", index)
    if tx.chain != tag:
        raise Broken("tx_chain", index)
    if tx.type not in (1, 2):
        raise Broken("tx_type", index)
    if tx.expiry and tx.expiry < height:
        raise Broken("tx_expired", index)
    try:
        amounts = [amount for _, amount in tx.outputs()]
    except (Malformed, UnicodeDecodeError):
        raise Broken("tx_body", index) from None
    if sum(amounts) + tx.fee > max_supply:
        raise Broken("tx_amount", index)


# --- Blocks ----------------------------------------------------------------------------------------
class Block:
    def __init__(self, data):
        reader = Reader(data)
        self.version, self.parent, self.height = reader.int(2), reader.raw(32), reader.int(4)
        self.time, self.producer, self.tx_count = reader.int(8), reader.raw(20), reader.int(4)
        self.tx_root, self.state_root, self.history_root = reader.raw(32), reader.raw(32), reader.raw(32)
        self.target = reader.int(4)
        self.header = data[:reader.at]
        if reader.int(1) != 1:
            raise Malformed
        self.nonce = reader.raw(8)
        self.digest = sha(b"cairn/header", self.header)
        self.id = sha(sha(self.digest, self.nonce))
        self.size = len(data)
        self.txs = []
        for _ in range(self.tx_count):
            self.txs.append(Tx(reader))
        reader.end()


# --- Targets, work, difficulty ---------------------------------------------------------------------
def expand(compact):
    size, mantissa = compact >> 24, compact & 0xffffff
    value = mantissa << 8 * (size - 3) if size >= 3 else mantissa >> 8 * (3 - size)
    return value if 0 < value < 2**256 and to_compact(value) == compact else None


def to_compact(value):
    size = (value.bit_length() + 7) // 8
    return size << 24 | (value >> 8 * (size - 3) if size >= 3 else value << 8 * (3 - size))


def work_of(target):
    return 2**256 // (target + 1)


def next_target(interval, half_life, anchor, limit, height, counted):
    if half_life == 0:
        return anchor
    e = (counted - interval * height) * 65536
    e = e // half_life if e >= 0 else -(-e // half_life)
    s, f = e >> 16, e & 65535
    factor = 65536 + ((195766423245049 * f + 971821376 * f**2 + 5127 * f**3 + 2**47) >> 48)
    exact = anchor * factor << 300 + s - 16 >> 300 if s > -257 and s < 256 else (limit if s > 0 else 1)
    return min(max(exact, 1), limit)


# --- Networks --------------------------------------------------------------------------------------
def units(text):
    whole, _, fraction = text.partition(".")
    return int(whole) * 10**8 + int(fraction.ljust(8, "0"))


def encode_text(text):
    return le(len(text.encode()), 2) + text.encode()


class Network:
    def __init__(self, file):
        self.file = file
        for key in ("interval_ms", "half_life_ms", "halving", "max_block_bytes", "max_block_txs", "time"):
            setattr(self, key, file[key])
        self.subsidy, self.min_new_account = units(file["subsidy"]), units(file["min_new_account"])
        self.limit, self.initial = int(file["limit"], 16), int(file["initial_target"], 16)
        self.allocations = [(address_from_text(one["address"], file["prefix"]), units(one["amount"]))
                            for one in file["allocations"]]
        self.params = b"".join((
            encode_text(file["name"]), encode_text(file["ticker"]), encode_text(file["prefix"]),
            le({"work": 1, "stake": 2}[file["consensus"]], 8),
            le(self.interval_ms, 8), le(self.half_life_ms, 8),
            le(self.limit, 4), le(self.initial, 4), le(self.subsidy, 8), le(self.halving, 8),
            le(self.max_block_bytes, 8), le(self.max_block_txs, 8), le(file["max_future_ms"], 8),
            le(self.min_new_account, 8), le(len(self.allocations), 4),
            *(address + le(amount, 8) for address, amount in self.allocations), le(0, 4), le(self.time, 8),
            encode_text(file["message"])))
        records = [address + le(amount, 8) + bytes(16) for address, amount in self.allocations]
        self.header = b"".join((
            le(1, 2), sha(b"cairn/genesis", self.params), le(0, 4), le(self.time, 8), bytes(20), le(0, 4),
            EMPTY, state_root(records), EMPTY, le(self.initial, 4)))
        self.id = sha(sha(sha(b"cairn/header", self.header), bytes(8)))
        self.max_supply = self.issued(64 * self.halving)

    def subsidy_at(self, height):
        return self.subsidy >> height // self.halving if height else 0

    def issued(self, height):
        total = sum(amount for _, amount in self.allocations)
        for era in range(min(64, height // self.halving + 1)):
            first, end = max(1, era * self.halving), min(height + 1, (era + 1) * self.halving)
            total += max(0, end - first) * (self.subsidy >> era)
        return total


class Chain:
    """One branch: the accounts as a list in order of their numbers."""

    def __init__(self, network):
        self.network, self.ids, self.height, self.time = network, [network.id], 0, network.time
        self.counted = self.work = 0
        self.accounts = {address: [amount, 0] for address, amount in network.allocations}  # keeps its order

    def records(self, accounts):
        return [address + le(balance, 8) + le(nonce, 8) + bytes(8)
                for address, (balance, nonce) in accounts.items()]

    def check_header(self, block):
        net = self.network
        if block.version != 1:
            raise Broken("header_version", 0)
        if block.height != self.height + 1:
            raise Broken("height", 0)
        if block.time <= self.time:
            raise Broken("time_not_after_parent", 0)
        if block.target != to_compact(next_target(net.interval_ms, net.half_life_ms, expand(net.initial),
                                                  expand(net.limit), self.height, self.counted)):
            raise Broken("target", 0)
        if int.from_bytes(block.id, "big") > expand(block.target):
            raise Broken("work_missing", 0)

    def check_body(self, block):
        net = self.network
        if block.size > net.max_block_bytes:
            raise Broken("block_too_large", 0)
        if block.tx_count > net.max_block_txs:
            raise Broken("too_many_transactions", 0)
        if tree([tx.wid for tx in block.txs]) != block.tx_root:
            raise Broken("tx_root", 0)
        for i, tx in enumerate(block.txs):
            if tx.txid in [other.txid for other in block.txs[:i]]:
                raise Broken("duplicate_transaction", i)
        for i, tx in enumerate(block.txs):
            check_tx(tx, net.id[:4], net.max_supply, block.height, i)
        for i, tx in enumerate(block.txs):
            if not ed_verify(tx.sender, b"cairn/sign" + net.id + tx.unsigned, tx.signature):
                raise Broken("signature", i)

    def transition(self, block):
        accounts = {address: list(values) for address, values in self.accounts.items()}
        fees = 0
        for i, tx in enumerate(block.txs):
            sender, outputs = address_of(tx.sender), tx.outputs()
            if sender not in accounts:
                raise Broken("unknown_sender", i)
            if accounts[sender][1] != tx.nonce:
                raise Broken("nonce", i)
            needed = tx.fee + sum(amount for _, amount in outputs)
            if accounts[sender][0] < needed:
                raise Broken("insufficient_funds", i)
            accounts[sender][0] -= needed
            accounts[sender][1] += 1
            for address, amount in outputs:
                if address not in accounts and amount < self.network.min_new_account:
                    raise Broken("new_account_too_small", i)
                accounts.setdefault(address, [0, 0])[0] += amount
            fees += tx.fee
        credit = fees + self.network.subsidy_at(block.height)
        if credit:
            accounts.setdefault(block.producer, [0, 0])[0] += credit
        if block.state_root != state_root(self.records(accounts)):
            raise Broken("state_root", 0)
        if block.history_root != tree([leaf(one) for one in self.ids]):
            raise Broken("history_root", 0)
        if sum(balance for balance, _ in accounts.values()) != self.network.issued(block.height):
            raise Broken("supply", 0)
        return accounts

    def check(self, block):
        assert block.parent == self.ids[-1]
        self.check_header(block)
        self.check_body(block)
        return self.transition(block)

    def push(self, block):
        self.accounts = self.check(block)
        self.counted += min(block.time - self.time, self.network.half_life_ms)
        self.work += work_of(expand(block.target))
        self.ids.append(block.id)
        self.height, self.time = block.height, block.time


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
