"""Difficulty, networks and the rules of a chain, by docs/CONSENSUS.md alone. Part of the second implementation
that check_vectors.py runs."""

from second_blocks import check_tx, leaf, state_root, tree
from second_signatures import EMPTY, Broken, address_from_text, address_of, ed_verify, le, sha


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
