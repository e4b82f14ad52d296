"""The commands of peers and of the node: what they refuse and why, what they show, what is banned."""

import socket
import threading

import harness
from nodes import NodeTest, free_port


class PeersTest(NodeTest):
    def only_peer(self, node):
        (peer,) = node.ask("peers list")["peers"]
        return peer


class Refusals(PeersTest):
    def test_a_node_of_another_network_is_refused_with_both_ids(self):
        ours = self.node("a")
        theirs = self.node("b", network=self.new_network("other"))
        ids = [node.chain()["genesis"][:8] for node in (ours, theirs)]
        error = ours.refused(f"peers add {theirs.at}")
        self.assertEqual((error["code"], error["exit"]), ("wrong_network", 6))
        for one in ids:
            self.assertIn(one, error["message"])
        self.assertEqual(ours.ask("peers list")["peers"], [])
        self.assertEqual(theirs.ask("peers list")["peers"], [])

    def test_a_node_does_not_take_itself_for_a_peer(self):
        a = self.node("a")
        error = a.refused(f"peers add {a.at}")
        self.assertEqual((error["code"], error["exit"]), ("self", 6))
        self.assertEqual(a.ask("peers list")["peers"], [])

    def test_a_peer_counts_once_however_it_is_met(self):
        a, b = self.node("a", listen=free_port()), self.node("b")
        a.connect(b)
        port = b.at.rpartition(":")[2]
        again = a.ask(f"peers add {b.at}")  # a wish that is fulfilled may be repeated
        self.assertEqual((again["id"], again["kept"]), (self.only_peer(a)["id"], True))
        error = a.refused(f"peers add localhost:{port}")
        self.assertEqual((error["code"], error["exit"]), ("already_connected", 1))
        # The other way round: it came by itself, and from now on it is wanted.
        b.wait("peers == 1")
        self.assertFalse(self.only_peer(b)["kept"])
        self.assertTrue(b.ask(f"peers add {a.at}")["kept"])
        for node in (a, b):
            node.wait("peers == 1")
            self.assertTrue(self.only_peer(node)["kept"])
        a.exit()
        b.exit()
        a = self.node("a", listen=a.at)
        b.listen = "off"
        b.start()
        b.wait("peers == 1")  # remembered

    def test_places_where_nobody_is(self):
        a = self.node("a")
        for place, code, exit_code in ((f"127.0.0.1:{free_port()}", "unreachable", 6),
                                       ("no-such-host.invalid:9401", "unresolved", 6),
                                       ("nonsense", "bad_argument", 2), ("127.0.0.1:0", "bad_argument", 2),
                                       ("127.0.0.1:65536", "bad_argument", 2)):
            error = a.refused(f"peers add {place}")
            self.assertEqual((error["code"], error["exit"]), (code, exit_code), place)
            self.assertTrue(error["message"], place)
        for command in ("peers show 9", "peers remove 127.0.0.1:1", "peers ban 9", "peers unban 127.0.0.1:1"):
            error = a.refused(command)
            self.assertEqual((error["code"], error["exit"]), ("unknown_peer", 4), command)

    def test_a_port_in_use_is_said_and_nothing_else_is_taken(self):
        a = self.node("a")
        flags = ["--json", "--network", self.network, "--datadir", self.path("b"), "--no-discovery"]
        outcome = self.expect(6, *flags, "--listen", a.at, "node", "status")
        self.assertEqual(outcome.records[0]["error"]["code"], "cannot_listen")
        self.assertIn(a.at, outcome.records[0]["error"]["message"])
        b = self.node("c")
        for place in (a.at, "192.0.2.1:9401", "no-such-host.invalid:9401"):
            error = b.refused(f"node listen {place}")
            self.assertEqual((error["code"], error["exit"]), ("cannot_listen", 6), place)
            self.assertEqual(b.ask("node status")["listen"], b.at, place)  # as it was
        self.assertEqual(b.ask(f"node listen {b.at}")["listen"], b.at)  # no change
        a.connect(b)  # somebody still listens there
        b.wait("peers == 1")

    def test_a_launch_that_names_a_dead_peer_goes_on_seeking_it(self):
        port = free_port()
        b = self.node("b", "--connect", f"127.0.0.1:{port}")
        b.wallet()
        b.ask("mine 2")
        a = self.node("a", listen=port)
        b.wait("peers >= 1")
        a.wait("height >= 2")


    def test_a_malformed_place_is_said_to_be(self):
        a = self.node("a")
        for command, words in (("node listen 99999", "1 to 65535"), ("node listen 0", "1 to 65535"),
                               ("node listen 127.0.0.1:x", "[HOST:]PORT"),
                               ("peers unban 1.2.3.4", "ADDRESS:PORT")):
            error = a.refused(command)
            self.assertEqual((error["code"], error["exit"]), ("bad_argument", 2), command)
            self.assertIn(words, error["message"], command)
        for place in ("[::1]:0", "0", "99999"):
            outcome = self.expect(2, "--json", "--listen", place, "-c", "version")
            self.assertIn("--listen", outcome.records[0]["error"]["message"])
            self.assertIn("1 to 65535", outcome.records[0]["error"]["message"])

    def test_a_server_of_another_kind_is_named_as_such(self):
        a = self.node("a")
        for greeting in (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\n"):
            with socket.create_server(("127.0.0.1", 0)) as server:
                def greet():
                    line, _ = server.accept()
                    with line:
                        line.sendall(greeting)
                        line.recv(1)  # until it hangs up
                thread = threading.Thread(target=greet)
                thread.start()
                error = a.refused(f"peers add 127.0.0.1:{server.getsockname()[1]}")
                thread.join(harness.DEADLINE_S)
            self.assertEqual(error["exit"], 6)
            self.assertIn("does not speak cairn's protocol", error["message"])


class OfTheLaunch(PeersTest):
    """--connect: sought from the start, and its failure said once."""

    def flags(self, name):
        return ["--json", "--network", self.network, "--datadir", self.path(name), "--no-discovery"]

    def test_a_peer_is_called_before_any_command(self):
        a = self.node("a")
        self.start(*self.flags("b"), "--connect", a.at)  # and nothing is asked of it
        a.wait("peers == 1")

    def test_one_of_another_network_is_given_up_with_both_ids(self):
        theirs = self.node("a", network=self.new_network("other"))
        ours = self.node("b").chain()["genesis"]
        outcome = self.expect(6, *self.flags("c"), "--events", "--connect", theirs.at,
                              "node", "sync", "--wait")
        (failed,) = [record for record in outcome.records if record.get("event") == "peer_failed"]
        (error,) = [record["error"] for record in outcome.records if "error" in record]
        self.assertEqual((failed["address"], failed["given_up"]), (theirs.at, True))
        self.assertEqual((error["code"], error["exit"]), ("wrong_network", 6))
        for text in (failed["reason"], error["message"], outcome.err):
            for one in (ours[:8], theirs.chain()["genesis"][:8]):
                self.assertIn(one, text)

    def test_itself_is_given_up(self):
        port = free_port()
        outcome = self.expect(6, *self.flags("a"), "--listen", str(port), "--connect", f"127.0.0.1:{port}",
                              "node", "sync", "--wait")
        self.assertEqual(outcome.records[-1]["error"]["code"], "self")

    def test_who_does_not_answer_is_named_once_and_not_in_step_with(self):
        place = f"127.0.0.1:{free_port()}"
        outcome = self.expect(7, *self.flags("a"), "--events", "--connect", place, "-c",
                              "wait synced --timeout 2s")
        failed = [record for record in outcome.records if record.get("event") == "peer_failed"]
        self.assertEqual([(one["address"], one["given_up"]) for one in failed], [(place, False)])
        self.assertEqual(outcome.err.count(f"cannot connect to {place}"), 1, outcome.err)
        seeking = self.expect(0, *self.flags("a"), "--connect", place, "node", "status")
        self.assertFalse(seeking.data["synced"])
        self.assertTrue(self.expect(0, *self.flags("a"), "node", "status").data["synced"])  # alone by choice

    def test_in_step_once_it_is_there(self):
        port = free_port()
        b = self.node("b", "--connect", f"127.0.0.1:{port}")
        self.assertFalse(b.ask("node sync")["synced"])
        self.node("a", listen=port)
        b.wait("synced")


class Peers(PeersTest):
    def test_what_is_shown_of_a_peer(self):
        a, b = self.node("a"), self.node("b")
        a.wallet()
        a.ask("mine 3")
        added = b.ask(f"peers add {a.at}")
        self.assertEqual((added["address"], added["direction"], added["height"]), (a.at, "out", 3))
        b.wait("height >= 3")
        self.until(lambda: self.only_peer(b)["latency_ms"] is not None, "a PONG")
        peer = self.only_peer(b)
        self.assertEqual((peer["id"], peer["score"], peer["kept"]), (added["id"], 0, True))
        self.assertTrue(peer["agent"].startswith("cairn/"))
        self.assertRegex(peer["since"], r"^\d{4}-\d\d-\d\dT.*Z$")
        self.assertEqual(b.ask(f"peers show {peer['id']}")["address"], a.at)
        self.assertEqual(b.ask(f"peers show {a.at}")["id"], peer["id"])
        self.assertEqual(self.only_peer(a)["direction"], "in")
        status = b.ask("node status")
        self.assertEqual((status["peers"], status["synced"], status["height"]), (1, True, 3))

    def test_a_peer_that_is_removed_is_sought_no_more(self):
        a, b = self.node("a"), self.node("b", listen="off")
        b.connect(a)
        self.assertEqual(b.ask(f"peers remove {a.at}")["peer"], a.at)
        b.wait("peers == 0")
        a.wait("peers == 0")
        self.assertEqual(b.refused(f"peers remove {a.at}")["code"], "unknown_peer")
        b.connect(a)  # and may come back
        b.wait("peers == 1")

    def test_a_banned_peer_stays_out_until_it_is_let_in(self):
        a, b = self.node("a", listen=free_port()), self.node("b", listen="off")
        b.connect(a)
        b.ask(f"peers ban {a.at} --for 1h")
        b.wait("peers == 0")
        a.wait("peers == 0")
        # It is still sought, as it was asked for, and yet never let in.
        self.assertEqual(b.refused("wait peers >= 1 --timeout 2s")["code"], "timeout")
        b.ask(f"peers remove {a.at}")
        error = b.refused(f"peers add {a.at}")
        self.assertEqual((error["code"], error["exit"]), ("refused", 6))
        self.assertIn("unban", error["message"])
        b.ask(f"peers unban {a.at}")
        self.assertEqual(b.refused(f"peers unban {a.at}")["exit"], 4)
        b.connect(a)
        b.wait("peers == 1")

    def test_one_that_called_can_be_banned_once_it_is_known(self):
        a, b = self.node("a", listen=free_port()), self.node("b", listen=free_port())
        b.connect(a)
        a.wait("peers == 1")
        # On loopback all look alike until a call back has found b's own port.
        self.until(lambda: a.record(f"- peers ban {self.only_peer(a)['id']}")["ok"], "b is told from others")
        a.wait("peers == 0")  # b calls again, and is out again once it is known
        a.ask(f"peers unban {b.at}")
        a.wait("peers == 1")

    def test_what_a_peer_does_wrong_shows_as_its_score(self):
        a = self.node("a")
        host, port = a.at.split(":")
        with socket.create_connection((host, int(port)), harness.DEADLINE_S) as line:
            talk = line.makefile("rw", encoding="ascii", newline="\n")
            talk.readline()
            talk.write(f"HELLO v=1 net={a.chain()['genesis'][:8]} ua=\x1b[31mrude\n")
            talk.flush()
            self.assertIn("ERR", talk.readline())  # an escape is no character of a line
        with socket.create_connection((host, int(port)), harness.DEADLINE_S) as line:
            talk = line.makefile("rw", encoding="ascii", newline="\n")
            talk.readline()
            talk.write(f"HELLO v=1 net={a.chain()['genesis'][:8]} ua=rude\nFOO\nFOO\n")
            talk.flush()
            while "unknown-verb" not in talk.readline():
                pass
            a.wait("peers == 1")
            peer = self.only_peer(a)
            self.assertEqual(peer["agent"], "rude")
            self.assertGreater(peer["score"], 20)


if __name__ == "__main__":
    harness.main()
