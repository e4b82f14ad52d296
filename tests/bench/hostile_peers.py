"""Peers that mean harm, for hostile.py: each behaviour is a coroutine that abuses one connection at full
rate, by docs/PROTOCOL.md alone. Runs in processes of its own, so that whoever measures is not held up."""

import asyncio
import hashlib
import os
import random
import socket
import time

CHUNK = 1 << 16


class Prey:
    """What the hostile know of the node they turn to."""

    def __init__(self, port, tag, genesis, blocks, public_key, nonce, target):
        self.port, self.tag, self.genesis, self.blocks = port, tag, genesis, blocks
        self.public_key, self.nonce, self.target = public_key, nonce, target


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def le(number, size):
    return number.to_bytes(size, "little")


def message(line, body=None):
    return f"{line}\n".encode() if body is None else f"{line} body={len(body)}\n".encode() + body + b"\n"


def transaction(prey, nonce, memo=b"", expiry=0):
    """Well-formed, of an account that exists; its signature can be decoded and is wrong."""
    body = le(1, 2) + os.urandom(20) + le(1_000, 8) + le(len(memo), 1) + memo
    signature = prey.public_key + os.urandom(31) + b"\0"  # a point of the curve, and S below L
    return b"".join((le(1, 1), prey.tag, le(1, 1), prey.public_key, le(nonce, 8), le(100_000, 8),
                     le(expiry, 4), le(1_795_219_200_000, 8), le(len(body), 4), body, signature))


def headers_on(parent, height, count, prey, valid=True):
    """[(id, bytes)] of a branch that no bodies belong to. On `dev` an attempt or two is work enough."""
    out, salt = [], os.urandom(32)
    limit = (prey.target & 0xffffff) << 8 * ((prey.target >> 24) - 3)
    stamp = 1_795_219_200_000
    for i in range(count):
        header = b"".join((le(1, 2), parent, le(height + i, 4), le(stamp + 1_000 * (height + i), 8),
                           bytes(20), le(0, 4), salt, salt, salt, le(prey.target if valid else 1, 4)))
        digest, nonce = sha(b"cairn/header", header), 0
        while (block_id := sha(sha(digest, le(nonce, 8)))) and int.from_bytes(block_id, "big") > limit:
            nonce += 1
        out.append((block_id, header + le(1, 1) + le(nonce, 8)))
        parent = block_id
    return out


def hdr(heads):
    return message(f"HDR n={len(heads)}", b"".join(data for _, data in heads))


class Connection:
    def __init__(self, prey, deadline, stats):
        self.prey, self.deadline, self.stats = prey, deadline, stats
        self.socket, self.loop = None, asyncio.get_running_loop()
        self.drain_task = None

    @property
    def goes_on(self):
        return time.monotonic() < self.deadline

    async def open(self, hello=True, drain=True, **fields):
        self.socket = socket.socket()
        self.socket.setblocking(False)
        await self.loop.sock_connect(self.socket, ("127.0.0.1", self.prey.port))
        self.stats["connections"] += 1
        if hello:
            said = {"v": 1, "net": self.prey.tag.hex(), "h": 0, "work": "0", "tip": "0" * 64,
                    "nonce": os.urandom(8).hex(), "ua": "hostile", "caps": "cblk", "enc": "hex,raw",
                    "port": 0, "time": 0, **fields}
            await self.send(message("HELLO " + " ".join(f"{key}={value}" for key, value in said.items())))
            await self.read_until(b"OK re=HELLO")
        if drain:
            self.drain_task = asyncio.create_task(self.drain())

    async def read_until(self, what):
        seen = b""
        while what not in seen:
            part = await self.loop.sock_recv(self.socket, CHUNK)
            if not part:
                raise ConnectionError("closed")
            seen = seen[-1_024:] + part
        return seen

    async def drain(self):
        try:
            while part := await self.loop.sock_recv(self.socket, CHUNK):
                self.stats["received"] += len(part)
        except OSError:
            pass

    async def send(self, data):
        await self.loop.sock_sendall(self.socket, data)
        self.stats["sent"] += len(data)

    async def flood(self, make, seconds=3_600.0):
        end = min(self.deadline, time.monotonic() + seconds)
        while time.monotonic() < end:
            await self.send(make())
            await asyncio.sleep(0)  # the others of this process have their turn

    async def close(self):
        if self.drain_task:
            self.drain_task.cancel()
        if self.socket:
            self.socket.close()


# --- behaviours: each opens its connection and abuses it until it is closed or time is up ---

async def garbage(c):
    await c.open(hello=False)
    await c.flood(lambda: random.randbytes(CHUNK))


async def printable_garbage(c):
    await c.open()
    lines = b"".join(b"X%d a=%d b=c\n" % (i, i) for i in range(2_000))
    await c.flood(lambda: lines)


async def http(c):
    await c.open(hello=False)
    await c.flood(lambda: b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")


async def inv_flood(c):
    await c.open()
    await c.flood(lambda: message("INV t=tx n=1000", random.randbytes(32_000)))


async def inv_blocks(c):
    await c.open()
    await c.flood(lambda: message("INV t=blk n=1000", random.randbytes(32_000)))


async def headers_without_work(c):
    await c.open(work="f" * 40, h=1_000_000)
    heads = headers_on(c.prey.genesis, 1, 50, c.prey, valid=False)
    await c.flood(lambda: hdr(heads))


async def headers_of_low_work(c):
    """Sound, and with less work than the node's own: sent again and again."""
    await c.open()
    heads = headers_on(c.prey.genesis, 1, 8, c.prey)
    await c.flood(lambda: hdr(heads))


async def headers_without_bodies(c):
    """A branch that leads, and whose bodies never come; another one with each connection."""
    await c.open(work="f" * 8, h=4_000)
    heads, parent = [], c.prey.genesis
    for first in range(1, 4_001, 500):
        heads += headers_on(parent, first, 500, c.prey)
        parent = heads[-1][0]
        await asyncio.sleep(0)
    await c.flood(lambda: b"".join(hdr(heads[i:i + 2_000]) for i in (0, 2_000)), 10.0)


async def get_known(c):
    """The largest blocks there are, and it reads them."""
    await c.open()
    ids = ",".join(one.hex() for one in c.prey.blocks[:8])
    await c.flood(lambda: message(f"GET t=blk id={ids}") * 4)


async def get_known_and_read_nothing(c):
    await c.open(drain=False)
    ids = ",".join(one.hex() for one in c.prey.blocks[:8])
    await c.flood(lambda: message(f"GET t=blk id={ids}") * 16)


async def get_unknown(c):
    await c.open()
    await c.flood(lambda: message("GET t=tx", random.randbytes(32_000)))


async def get_parts(c):
    await c.open()
    line = message(f"GETBTX id={c.prey.blocks[0].hex()}", b"".join(le(i, 4) for i in range(8)))
    await c.flood(lambda: line * 32)


async def get_headers(c):
    await c.open(drain=False)
    line = message(f"GETHDR loc={c.prey.genesis.hex()} max=2000")
    await c.flood(lambda: line * 32)


async def giant_bodies(c):
    """As large as their verbs allow, and nothing in them."""
    await c.open()
    rubbish = random.randbytes(358_000)
    await c.flood(lambda: message("TX", rubbish[:98_304]) + message("HDR n=2000", rubbish))


async def body_that_trickles(c):
    await c.open()
    await c.send(b"HDR n=2000 body=358000\n" + bytes(300_000))
    while c.goes_on:
        await c.send(b"\0")
        await asyncio.sleep(0.2)


async def half_a_line(c):
    await c.open(hello=False)
    while c.goes_on:
        await c.send(b"H")
        await asyncio.sleep(0.2)


async def says_nothing(c):
    await c.open(hello=False)
    while c.goes_on:
        await asyncio.sleep(0.2)
        await c.loop.sock_sendall(c.socket, b"")


async def reads_nothing(c):
    await c.open(drain=False)
    await c.flood(lambda: b"STATUS\nHELP\nPING n=1\nNONSENSE\n" * 256)


async def addr_flood(c):
    await c.open()
    await c.flood(lambda: message("ADDR n=100", b"".join(
        bytes(10) + b"\xff\xff" + random.randbytes(4) + le(9_401, 2) + le(1_795_219_200_000, 8)
        for _ in range(100))))


async def ping_flood(c):
    await c.open()
    await c.flood(lambda: b"PING n=18446744073709551615\n" * 2_048)


async def bad_signatures(c):
    await c.open()
    await c.flood(lambda: b"".join(message("TX", transaction(c.prey, c.prey.nonce)) for _ in range(64)))


async def orphans_without_signature(c):
    await c.open()
    await c.flood(lambda: b"".join(
        message("TX", transaction(c.prey, c.prey.nonce + 1 + i, b"x" * 255)) for i in range(64)))


async def compact_rubbish(c):
    """It is asked for compact blocks, like one of the first; then these lead nowhere."""
    await c.open()

    def make():
        heads = headers_on(c.prey.genesis, 1, 1, c.prey)
        body = heads[0][1] + le(0, 8) + le(8_000, 4) + random.randbytes(48_000) + le(0, 4)
        return message(f"CBLK h=1 id={heads[0][0].hex()}", body) * 4

    await c.flood(make)


async def blocks_unasked(c):
    await c.open()
    await c.flood(lambda: message(f"BLK h=1 id={os.urandom(32).hex()}", random.randbytes(900_000)))


async def reconnects(c):
    while c.goes_on:
        await c.open(drain=False)
        await c.close()


async def comes_and_goes(c):
    while c.goes_on:
        await c.open(hello=False, drain=False)
        await c.close()


BEHAVIOURS = [garbage, printable_garbage, http, inv_flood, inv_blocks, headers_without_work,
              headers_of_low_work, headers_without_bodies, get_known, get_known_and_read_nothing, get_unknown,
              get_parts, get_headers, giant_bodies, body_that_trickles, half_a_line, says_nothing,
              reads_nothing, addr_flood, ping_flood, bad_signatures, orphans_without_signature,
              compact_rubbish, blocks_unasked, reconnects, comes_and_goes]


async def keep_at_it(behaviour, prey, deadline, stats):
    while time.monotonic() < deadline:
        connection = Connection(prey, deadline, stats)
        try:
            await asyncio.wait_for(behaviour(connection), max(0.01, deadline - time.monotonic()))
        except (OSError, asyncio.TimeoutError):
            pass
        finally:
            await connection.close()
        await asyncio.sleep(0.001)


async def run(prey, kinds, deadline, all_stats):
    await asyncio.gather(*(keep_at_it(kind, prey, deadline, all_stats[kind.__name__]) for kind in kinds))


def process(prey, kinds, seconds, results):
    """`kinds`: names, one a connection."""
    by_name = {kind.__name__: kind for kind in BEHAVIOURS}
    stats = {kind: {"connections": 0, "sent": 0, "received": 0} for kind in kinds}
    asyncio.run(run(prey, [by_name[kind] for kind in kinds], time.monotonic() + seconds, stats))
    results.put(stats)
