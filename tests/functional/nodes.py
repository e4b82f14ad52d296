"""What the tests of several nodes share: networks of their own, nodes on free ports, and waiting."""

import os
import random
import socket
import time

import harness

PATIENCE_S = 90.0  # for what other nodes have a part in; a failure, not a pause
TRIVIAL = ("--limit", "0x20ffffff", "--initial-target", "0x20ffffff", "--half-life", "0")


def free_port():
    """A free TCP port of 127.0.0.1 that nobody is given by chance: below those of outgoing connections.

    So a node that was killed finds its port free when it comes back.
    """
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        lowest = int(file.read().split()[0])
    for _ in range(1000):
        port = random.randrange(10_000, max(lowest, 10_001))
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue  # taken
    raise AssertionError("no free port was found")


class Refused(AssertionError):
    """A command that failed: `error` is what it said."""

    def __init__(self, command, record):
        super().__init__(f"{command}: {record}")
        self.error = record["error"]


class Node:
    """A data directory with a cairn that runs over it, asked by lines on its standard input."""

    def __init__(self, test, name, network, listen):
        self.test, self.name, self.network = test, name, network
        self.directory = test.path(name)
        self.listen = listen  # auto, off, or a port that is its own across restarts
        self.process = None
        self.at = "off"

    def flags(self):
        return ["--json", "--network", self.network, "--datadir", self.directory]

    def start(self, *options):
        self.process = self.test.start(*self.flags(), "--listen", str(self.listen), "--no-discovery",
                                       *options)
        self.at = self.ask("node status")["listen"]  # HOST:PORT; the node runs from its first command on
        return self

    def record(self, command, deadline_s=PATIENCE_S + harness.DEADLINE_S):
        return self.process.ask(command, deadline_s)

    def ask(self, command, **options):
        """The data of a command that must succeed."""
        record = self.record(command, **options)
        if not record["ok"]:
            raise Refused(command, record)
        return record["data"]

    def refused(self, command):
        """The error of a command that must fail; the script goes on."""
        record = self.record("- " + command)
        self.test.assertFalse(record["ok"], record)
        return record["error"]

    def wait(self, condition):
        return self.ask(f"wait {condition} --timeout {PATIENCE_S:g}s")

    def connect(self, *others):
        """Has peers that it seeks in later runs, too."""
        for other in others:
            self.ask(f"peers add {other.at}")

    def chain(self):
        return self.ask("chain status")

    def tip(self):
        return self.chain()["tip"]

    def kill(self):
        """As by a power cut: no farewell, nothing saved."""
        self.process.kill()
        self.process.wait()

    def exit(self):
        """A clean end; how long it took, in seconds."""
        began = time.monotonic()
        self.process.close_input()
        code = self.process.wait()
        self.test.assertEqual(code, 0, str(self.process))
        return time.monotonic() - began

    def wallet(self):
        return self.ask(f"wallet new {self.name} --no-password")["address"]


class NodeTest(harness.CairnTest):
    """Each test has a network of its own, so that no node of another test is ever taken in."""

    INTERVAL = "1s"

    def setUp(self):
        super().setUp()
        self.network = self.new_network("net")

    def new_network(self, name, *options):
        """A network file. Its blocks cost nothing, and come one an interval by `mine start`."""
        file = self.path(name + ".json")
        options = options or TRIVIAL
        self.expect(0, "network", "new", file, "--name", f"{name}-{os.path.basename(self.home)}",
                    "--interval", self.INTERVAL, *options)
        return file

    def node(self, name, *options, listen="auto", network=None):
        """A node that runs."""
        return Node(self, name, network or self.network, listen).start(*options)

    def until(self, holds, what):
        """Looks again and again, for what no single node can wait for."""
        end = time.monotonic() + PATIENCE_S
        while not holds():
            self.assertLess(time.monotonic(), end, f"not within {PATIENCE_S} s: {what}")
            time.sleep(harness.POLL_S)

    def agree(self, *nodes):
        """Waits until all have the same tip, and gives their chain's status."""
        try:
            self.until(lambda: len({node.tip() for node in nodes}) == 1, "one tip")
        except AssertionError as why:
            raise AssertionError("\n".join([str(why), *(self.portrait(node) for node in nodes)])) from None
        first, *others = [node.chain() for node in nodes]
        for other in others:
            for field in ("height", "tip", "state_root", "issued", "work"):
                self.assertEqual(other[field], first[field], field)
        return first

    @staticmethod
    def portrait(node):
        """What a node knows, for messages."""
        chain, sync = node.chain(), node.ask("node sync")
        peers = [f"{peer['direction']} {peer['address']} at {peer['height']} score {peer['score']}"
                 for peer in node.ask("peers list")["peers"]]
        return (f"{node.name} at {node.at}: height {chain['height']} of {sync['best_height']}, tip "
                f"{chain['tip'][:12]}, work {chain['work']}, peers: {'; '.join(peers) or 'none'}")

    def verify(self, node):
        """What an audit from the first block on says of a node that has ended."""
        data = self.expect(0, *node.flags(), "chain", "verify", "--full", deadline_s=PATIENCE_S).data
        self.assertTrue(data["valid"])
        return data
