"""A store that lost something says exactly what, and what can be done: never that all is well."""

import os
import shutil
import struct

import commands
import harness

FILE_HEADER, RECORD_HEADER, PRODUCER = 56, 20, 46  # bytes (docs/STORAGE.md, docs/CONSENSUS.md)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


class LostLog(commands.CommandTest):
    def setUp(self):
        super().setUp()
        self.wallets("alice")
        self.ok("mine", "5")
        self.log = self.path("node", "blocks", "00000.dat")

    def records(self):
        """Offset and payload size of each record."""
        with open(self.log, "rb") as file:
            data = file.read()
        at, out = FILE_HEADER, []
        while at < len(data):
            size = struct.unpack_from("<I", data, at + 8)[0]
            out.append((at, size))
            at += RECORD_HEADER + size
        return out

    def test_the_end_of_a_closed_log_is_cut_off(self):
        os.truncate(self.log, os.path.getsize(self.log) - 100)
        error = self.refused(11, "store_damaged", "chain", "status")["error"]
        self.assertIn("00000.dat", error["file"])
        self.assertIn("lost", error["hint"])
        outcome = self.run_one("--reindex", "chain", "status")
        self.assertEqual((outcome.code, outcome.data["height"]), (0, 4), str(outcome))
        self.assertIn("warning", outcome.err)
        self.assertIn("block 5 is lost", outcome.err)
        self.assertNotIn("Nothing that was acknowledged is lost", outcome.err)
        self.assertEqual(self.run_one("chain", "status").err, "")

    def test_all_but_the_mark_of_the_clean_end_is_there(self):
        os.truncate(self.log, os.path.getsize(self.log) - 5)
        outcome = self.run_one("--reindex", "chain", "status")
        self.assertEqual((outcome.code, outcome.data["height"]), (0, 5), str(outcome))
        self.assertIn("Nothing that was acknowledged is lost", outcome.err)

    def test_without_the_index_nothing_is_promised(self):
        os.truncate(self.log, os.path.getsize(self.log) - 100)
        shutil.rmtree(self.path("node", "index"))
        outcome = self.run_one("chain", "status")
        self.assertEqual((outcome.code, outcome.data["height"]), (0, 4), str(outcome))
        self.assertIn("cut off", outcome.err)
        self.assertNotIn("Nothing that was acknowledged is lost", outcome.err)

    def test_the_log_is_gone(self):
        shutil.rmtree(self.path("node", "blocks"))
        error = self.refused(11, "store_damaged", "chain", "status")["error"]
        self.assertEqual(os.path.realpath(error["file"]), os.path.realpath(self.log))
        outcome = self.run_one("--reindex", "chain", "status")
        self.assertEqual((outcome.code, outcome.data["height"]), (0, 0), str(outcome))
        self.assertIn("warning: the log of blocks is gone", outcome.err)
        self.assertIn("blocks 1 to 5 are lost", outcome.err)
        self.assertEqual(self.run_one("chain", "status").err, "")

    def test_log_and_index_are_gone(self):
        os.remove(self.log)
        shutil.rmtree(self.path("node", "index"))
        self.refused(11, "store_damaged", "chain", "status")
        outcome = self.run_one("--reindex", "chain", "status")
        self.assertEqual((outcome.code, outcome.data["height"]), (0, 0), str(outcome))
        self.assertIn("warning: the log of blocks is gone", outcome.err)

    def test_a_block_was_altered_and_its_checksum_renewed(self):
        for number in (3, 5):  # with blocks above it, and the last one
            shutil.copytree(self.directory, self.path("copy"))
            at, size = self.records()[number]
            with open(self.log, "r+b") as file:
                file.seek(at)
                record = bytearray(file.read(RECORD_HEADER + size))
                record[RECORD_HEADER + PRODUCER] ^= 1
                record[:4] = struct.pack("<I", crc32c(record[4:]))
                file.seek(at)
                file.write(record)
            if number == 5:
                outcome = self.run_one("--reindex", "chain", "status")
                self.assertEqual((outcome.code, outcome.data["height"]), (0, 4), str(outcome))
                self.assertIn("block 5 is lost", outcome.err)
                continue
            error = self.refused(11, "store_damaged", "--reindex", "chain", "status")["error"]
            self.assertIn("00000.dat", error["file"])
            self.assertIn(error["offset"], [self.records()[number][0], self.records()[number + 1][0]])
            shutil.rmtree(self.directory)
            shutil.move(self.path("copy"), self.directory)


class Hints(commands.CommandTest):
    def test_what_can_be_done_depends_on_what_is_damaged(self):
        self.wallets("alice")
        self.ok("mine")
        for name, word in (("network.json", "--network"), ("outbox/00000001/00000.dat", "outbox"),
                           ("index/data.mdb", "--reindex")):
            with self.subTest(name=name):
                path = self.path("node", name)
                shutil.copy(path, self.path("kept"))
                with open(path, "r+b") as file:
                    file.write(b"\xff" * os.path.getsize(path))
                error = self.refused(11, "store_damaged", "chain", "status")["error"]
                self.assertIn(word, error["hint"])
                if name != "index/data.mdb":
                    self.assertNotIn("--reindex", error["hint"])
                shutil.copy(self.path("kept"), path)


if __name__ == "__main__":
    harness.main()
