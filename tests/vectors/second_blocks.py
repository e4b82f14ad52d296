"""Trees, transactions and blocks, read by docs/CONSENSUS.md alone. Part of the second implementation that
check_vectors.py runs."""

from second_signatures import EMPTY, Broken, Malformed, Reader, le, sha


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
