"""Three nodes: each is killed and comes back in turn, knows its peers without being told again, and those who
are dead or deaf stop nobody from mining and paying."""

import signal

import harness
from nodes import NodeTest, free_port


class ThreeNodes(NodeTest):
    def three(self):
        """A line a - b - c, each on a port of its own."""
        nodes = [self.node(name, listen=free_port()) for name in "abc"]
        for node in nodes:
            node.wallet()
        a, b, c = nodes
        b.connect(a)
        c.connect(b)
        return nodes

    def test_each_comes_back_to_its_peers_after_a_kill(self):
        nodes = self.three()
        a, b, c = nodes
        a.ask("mine 3")
        for node in nodes:
            node.wait("height >= 3")
        for count, victim in enumerate(nodes):
            others = [node for node in nodes if node is not victim]
            victim.kill()
            others[0].ask("mine 2")
            others[0].wait("peers >= 0")
            victim.start()
            victim.wait("peers >= 1")
            for node in nodes:
                node.wait(f"height >= {5 + 2 * count}")
        self.assertEqual(self.agree(*nodes)["height"], 9)
        for node in nodes:
            node.exit()
            self.assertEqual(self.verify(node)["blocks"], 9)

    def test_peers_are_kept_through_a_clean_restart_and_a_kill(self):
        a, b, c = self.three()
        for end in (c.exit, c.kill):
            end()
            c.start()
            # a, whom it merely knows by now, may be there before b.
            self.until(lambda: self.kept_by(c) == [b.at], "c knows b as its own")
        c.ask(f"peers remove {b.at}")
        c.exit()
        c.start()
        # They may meet again, for b knows c; but c does not insist on it any more.
        self.assertFalse(self.kept_by(c))

    @staticmethod
    def kept_by(node):
        """The addresses of those of its peers that it seeks in each run."""
        return [peer["address"] for peer in node.ask("peers list")["peers"] if peer["kept"]]

    def test_peers_that_are_dead_or_deaf_stop_neither_mining_nor_sending(self):
        nodes = self.three()
        a, b, c = nodes
        a.connect(c)
        a.ask("mine 2")
        for node in nodes:
            node.wait("height >= 2")
        carol = c.ask("address list")["addresses"][0]["address"]
        b.kill()  # dead
        c.process.kill(signal.SIGSTOP)  # deaf: its connections stand, and nobody reads them
        try:
            paid = [a.ask(f"send {carol} 0.{i:03} --memo {'x' * 100} --yes")["txid"] for i in range(1, 41)]
            self.assertEqual(a.ask("mempool status")["count"], 40)
            self.assertEqual(len(a.ask("mine 20")["blocks"]), 20)
            self.assertEqual(a.ask(f"tx show {paid[-1]}")["status"], "confirmed")
        finally:
            c.process.kill(signal.SIGCONT)
        b.start()
        for node in (b, c):
            node.wait("height >= 22")
        self.agree(*nodes)
        c.wait(f"tx {paid[0]} 1")


if __name__ == "__main__":
    harness.main()
