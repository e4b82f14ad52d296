"""Ed25519 by the rule of signatures in docs/CONSENSUS.md, addresses in bech32m, and what both stand on: bytes
and hashes. Part of the second implementation that check_vectors.py runs."""

import hashlib

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
