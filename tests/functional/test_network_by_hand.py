"""A node as somebody meets it who types at it with nc: the conversation of docs/PROTOCOL.md in hexadecimal,
and what comes of garbage, half lines, lengths that lie, and web browsers."""

import os
import re
import socket

import harness
from nodes import NodeTest

HEADER_AND_SEAL = 179


class Line:
    """A connection by hand. Whole lines in and out; the node's own PINGs are kept out of the answers."""

    def __init__(self, at):
        host, port = at.split(":")
        self._socket = socket.create_connection((host, int(port)), harness.DEADLINE_S)
        self._read = self._socket.makefile("rb")

    def say(self, text):
        self.raw(text.encode("ascii") + b"\n")

    def raw(self, data):
        try:
            self._socket.sendall(data)
        except OSError:
            pass  # it hung up meanwhile: what it said last is still to be read

    def hear(self):
        """The next line without its end; None where the node has hung up."""
        try:
            line = self._read.readline()
        except ConnectionError:
            return None
        return line.decode("ascii").rstrip("\n") if line.endswith(b"\n") else None

    def answer(self, verb):
        """Reads on to a line of this verb."""
        while (line := self.hear()) is not None:
            if line.split(" ")[0] == verb:
                return line
        raise AssertionError(f"the node hung up before {verb}")

    def rest(self):
        """All up to the end of the connection."""
        out = []
        while (line := self.hear()) is not None:
            out.append(line)
        return out

    def half_close(self):
        self._socket.shutdown(socket.SHUT_WR)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._read.close()
        self._socket.close()


def fields(line):
    return dict(word.split("=", 1) for word in line.split(" ")[1:])


class ByHand(NodeTest):
    def setUp(self):
        super().setUp()
        self.a = self.node("a")
        self.a.wallet()
        self.blocks = [one["id"] for one in self.a.ask("mine 3")["blocks"]]
        self.genesis = self.a.chain()["genesis"]

    def greeted(self):
        line = Line(self.a.at)
        self.addCleanup(line.__exit__)
        self.assertTrue(line.hear().startswith("HELLO v=1 "))
        line.say(f"HELLO v=1 net={self.genesis[:8]}")
        self.assertEqual(line.answer("OK"), "OK re=HELLO")
        return line

    def test_the_conversation_of_the_document(self):
        with Line(self.a.at) as line:
            hello = line.hear()
            told = fields(hello)
            self.assertEqual((told["v"], told["net"], told["h"], told["tip"]),
                             ("1", self.genesis[:8], "3", self.blocks[2]))
            self.assertEqual(told["port"], self.a.at.split(":")[1])
            line.say(f"HELLO v=1 net={self.genesis[:8]}")
            self.assertEqual(line.answer("OK"), "OK re=HELLO")
            ping = line.answer("PING")
            line.say("PONG " + ping.split(" ", 1)[1])

            line.say(f"GETHDR loc={self.genesis} max=2")
            headers = fields(line.answer("HDR"))
            self.assertEqual((headers["n"], headers["body"]), ("2", str(2 * HEADER_AND_SEAL)))
            body = line.hear()
            self.assertRegex(body, f"^[0-9a-f]{{{4 * HEADER_AND_SEAL}}}$")
            self.assertEqual(body[4:68], self.genesis)  # version u16, then the parent's id

            line.say(f"GET t=blk id={self.blocks[0]}")
            block = fields(line.answer("BLK"))
            self.assertEqual((block["h"], block["id"]), ("1", self.blocks[0]))
            self.assertEqual(line.hear()[:2 * HEADER_AND_SEAL], body[:2 * HEADER_AND_SEAL])

            nothing = "f" * 64
            line.say(f"GET t=blk id={nothing}")
            self.assertEqual(line.answer("ERR"), f"ERR code=404 id={nothing} msg=not-found")
            line.say("FOO")
            self.assertEqual(line.answer("ERR"), "ERR code=400 msg=unknown-verb")
            line.say("PING n=1 n=2")
            self.assertEqual(line.answer("ERR"), "ERR code=400 msg=duplicate-key")
            line.say("STATUS")
            self.assertEqual(line.answer("OK"), "OK re=STATUS h=3 peers=1 mempool=0")
            line.say("HELP")
            self.assertRegex(line.answer("OK"), "^OK re=HELP .")
            line.raw(b"PING n=77\r\n")  # as a terminal would send it
            self.assertEqual(line.answer("PONG"), "PONG n=77")
            line.say("BYE")
            self.assertEqual(line.answer("OK"), "OK re=BYE")
            self.assertEqual(line.rest(), [])

    def test_a_payment_and_a_block_come_to_one_who_types(self):
        line = self.greeted()
        bob = self.a.ask("wallet new bob --no-password")["address"]
        txid = self.a.ask(f"send {bob} 2 --from a --memo hello --yes")["txid"]
        told = fields(line.answer("INV"))
        self.assertEqual((told["t"], told["n"]), ("tx", "1"))
        wid = line.hear()
        line.say(f"GET t=tx id={wid}")
        line.answer("TX")
        self.assertIn("hello".encode().hex(), line.hear())
        mined = self.a.ask("mine")["blocks"][0]
        self.assertEqual(fields(line.answer("HDR"))["n"], "1")
        line.hear()
        line.say(f"GET t=blk id={mined['id']}")
        self.assertEqual(fields(line.answer("BLK"))["h"], "4")
        self.assertEqual(self.a.ask(f"tx show {txid}")["status"], "confirmed")

    def test_before_its_hello_a_peer_may_only_look(self):
        with Line(self.a.at) as line:
            line.hear()
            line.say("STATUS")
            self.assertTrue(line.answer("OK").startswith("OK re=STATUS h=3 "))
            line.say(f"GETHDR loc={self.genesis}")
            self.assertEqual(line.answer("ERR"), "ERR code=401 msg=hello-first")
            line.say("HELLO v=1 net=00000000")
            self.assertIn("code=403", line.answer("ERR"))
            self.assertEqual(line.rest(), [])

    def test_what_makes_no_sense_ends_the_connection_and_nothing_else(self):
        before = self.memory()
        nonsense = {
            "garbage": os.urandom(64).replace(b"\n", b"") + b"\xff\n",
            "a line without end": b"A" * 5_000,
            "a length that lies": b"INV t=tx n=1 body=4294967295\n",
            "one beyond all numbers": b"INV t=tx n=1 body=99999999999999999999999\n",
            "one below nothing": b"INV t=tx n=1 body=-1\n",
            "a body that is no hex": b"INV t=tx n=1 body=32\n" + b"z" * 64 + b"\n",
            "a body that nobody asked for": f"BLK h=9 id={'0' * 64} body=179\n".encode(),
        }
        for what, data in nonsense.items():
            with self.subTest(what):
                line = self.greeted()
                line.raw(data)
                for heard in line.rest():
                    self.assertRegex(heard, r"^(ERR|PING|RELAY|FEE|GETHDR) ")
        self.assertLess(self.memory() - before, 64 << 20)
        self.assertEqual(self.a.ask("mine")["blocks"][0]["height"], 4)

    def test_a_browser_is_shown_the_door(self):
        for request in ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "POST /send HTTP/1.0\r\n\r\n",
                        "OPTIONS * HTTP/1.1\r\n\r\n"):
            with Line(self.a.at) as line:
                line.hear()
                line.raw(request.encode())
                self.assertTrue(all(one.startswith("ERR ") for one in line.rest()), request)
        self.assertEqual(self.a.ask("peers list")["peers"], [])

    def test_half_a_line_and_an_end_are_no_matter(self):
        for sent in (b"", b"HEL", b"HELLO v=1 net=" + self.genesis[:8].encode()):
            with Line(self.a.at) as line:
                line.hear()
                line.raw(sent)
                line.half_close()
                self.assertEqual(line.rest(), [])
        pieces = f"HELLO v=1 net={self.genesis[:8]}\n".encode()
        with Line(self.a.at) as line:  # a byte at a time is a message all the same
            line.hear()
            for at in range(len(pieces)):
                line.raw(pieces[at:at + 1])
            self.assertEqual(line.answer("OK"), "OK re=HELLO")

    def memory(self):
        """Resident bytes of the node."""
        with open(f"/proc/{self.a.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+) kB", file.read())[1]) * 1024


if __name__ == "__main__":
    harness.main()
