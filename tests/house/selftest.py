"""Each check of the house is fed a small bad example and must find it, and a good one and must keep quiet."""

import tempfile
import unittest
from pathlib import Path

import house
import layers
import style
from sources import Source

HEAD = "// What it is for.\n"


def tree(files):
    return {path: Source(path, HEAD + text) for path, text in files.items()}


class HouseTest(unittest.TestCase):
    def found(self, check, *arguments):
        return [f"{f.path}:{f.line}" for f in check(*arguments)]

    def assert_layers(self, files, expected):
        self.assertEqual(self.found(layers.check_layers, tree(files)), expected)

    def test_layers(self):
        files = {"lib/base/a.hpp": "", "lib/model/m.hpp": "#include <base/a.hpp>\n", "net/wire/w.hpp": "",
                 "lib/store/s.hpp": "", "cli/main.cpp": "#include <wire/w.hpp>\n#include <model/m.hpp>\n"}
        self.assert_layers(files, [])
        up = {"lib/base/b.cpp": "#include <model/m.hpp>\n", "lib/store/c.cpp": "#include <chain/c.hpp>\n",
              "lib/chain/c.hpp": "",
              "lib/wallet/w.cpp": "\n#include <wire/w.hpp>\n"}
        self.assert_layers({**files, **up}, ["lib/base/b.cpp:2", "lib/store/c.cpp:2", "lib/wallet/w.cpp:3"])
        self.assert_layers({**files, "net/wire/x.cpp": "#include <cli/x.hpp>\n", "cli/x.hpp": ""},
                           ["net/wire/x.cpp:2"])

    def test_form_of_includes(self):
        files = {"lib/base/a.hpp": "", "lib/base/b.cpp": '#include "a.hpp"\n',
                 "lib/base/c.cpp": "#include <lib/base/a.hpp>\n",
                 "lib/base/d.cpp": "#include <base/gone.hpp>\n", "lib/attic/x.cpp": ""}
        self.assert_layers(files, ["lib/base/b.cpp:2", "lib/base/c.cpp:2", "lib/base/d.cpp:2",
                                   "lib/attic/x.cpp:1"])
        self.assert_layers({"lib/base/a.cpp": "#include <base/version.hpp>\n",
                            "tests/unit/t.cpp": '#include "catch.hpp"\n',
                            "tests/catch.hpp": ""}, [])

    def test_cycles(self):
        files = {"lib/base/a.hpp": "#include <base/b.hpp>\n", "lib/base/b.hpp": "#include <base/c.hpp>\n",
                 "lib/base/c.hpp": ""}
        self.assertEqual(self.found(layers.check_cycles, tree(files)), [])
        files["lib/base/c.hpp"] = "#include <base/a.hpp>\n"
        self.assertEqual(self.found(layers.check_cycles, tree(files)), ["lib/base/c.hpp:2"])
        ring = {"lib/base/a.hpp": "#include <model/m.hpp>\n", "lib/base/b.hpp": "", "lib/model/m.hpp": "",
                "lib/model/n.hpp": "#include <base/b.hpp>\n"}
        self.assertEqual(self.found(layers.check_cycles, tree(ring)), ["lib/base/a.hpp:2"])

    def assert_each(self, check, bad, good):
        """`bad` and `good`: path and one line of code; each bad one is found, at its line."""
        for path, code in bad:
            self.assertEqual(self.found(check, tree({path: code + "\n"})), [f"{path}:2"], code)
        for path, code in good:
            self.assertEqual(self.found(check, tree({path: code + "\n"})), [], code)

    def test_packages(self):
        self.assert_each(layers.check_packages, bad=[
            ("lib/store/a.cpp", "#include <cryptopp/sha.h>"),
            ("net/protocol/a.cpp", "#include <boost/asio.hpp>"),
            ("net/wire/a.cpp", "#include <lmdb.h>"),
            ("net/transport/a.cpp", "#include <CLI/CLI.hpp>"),
            ("lib/chain/a.cpp", "#include <filesystem>"),
            ("net/transport/a.cpp", "#include <fcntl.h>"),
            ("lib/base/a.cpp", "#include <mutex>"),
            ("net/protocol/a.cpp", "#include <thread>"),
            ("lib/store/a.cpp", "#include <iostream>"),
            ("cli/a.cpp", "#include <openssl/evp.h>"),
            ("tests/unit/a.cpp", "#include <catch2/catch.hpp>"),
        ], good=[
            ("lib/crypto/a.cpp", "#include <cryptopp/sha.h>"),
            ("net/transport/a.cpp", "#include <boost/asio/ip/tcp.hpp>"),
            ("cli/prompt/a.cpp", "#include <boost/asio.hpp>"),
            ("lib/store/a.cpp", "#include <lmdb.h>"),
            ("cli/a.cpp", "#include <fstream>"),
            ("lib/mining/a.cpp", "#include <thread>"),
            ("tests/unit/a.cpp", "#include <openssl/evp.h>"),
        ])

    def test_heavy_headers_do_not_leak(self):
        files = {"lib/store/env.hpp": "#include <lmdb.h>\n",
                 "lib/store/env.cpp": "#include <store/env.hpp>\n"}
        self.assertEqual(self.found(layers.check_heavy, tree(files)), [])
        files["tests/unit/store/env_test.cpp"] = "#include <store/env.hpp>\n"
        self.assertEqual(self.found(layers.check_heavy, tree(files)), [])
        files["net/protocol/n.cpp"] = "#include <store/index.hpp>\n"
        files["lib/store/index.hpp"] = "#include <store/env.hpp>\n"
        self.assertEqual(self.found(layers.check_heavy, tree(files)), ["lib/store/env.hpp:2"])

    def test_calls(self):
        self.assert_each(layers.check_calls, bad=[
            ("lib/mining/a.cpp", "std::random_device seed;"),
            ("lib/store/a.cpp", "std::chrono::system_clock::now();"),
            ("net/protocol/a.cpp", "auto t = steady_clock::now();"),
            ("lib/model/a.hpp", "double amount = 0;"),
            ("lib/consensus/a.cpp", "float f();"),
            ("net/transport/a.cpp", "::open(name, O_RDONLY);"),
            ("lib/chain/a.cpp", 'std::printf("x");'),
            ("tests/unit/a.cpp", "std::this_thread::sleep_for(1ms);"),
            ("lib/base/a.cpp", "std::abort();"),
            ("net/wire/a.cpp", "std::shuffle(a, b, c);"),
        ], good=[
            ("lib/crypto/random.cpp", "getrandom(a, b, 0);"),
            ("cli/a.cpp", "std::cout << system_clock::now();"),
            ("lib/model/a.hpp", "// a double spend\nint f(); /* float */"),
            ("lib/chain/a.cpp", 'auto s = "double";'),
            ("lib/store/a.cpp", "const int file = ::open(name, O_RDONLY);"),
            ("net/wire/a.cpp", "Store::open(x);"),
            ("lib/base/a.cpp", "std::snprintf(a, b, c);"),
        ])

    def test_build_files(self):
        self.assertEqual(self.found(layers.check_build_files, {
            "lib/model/CMakeLists.txt": "cairn_layer(model DEPENDS base crypto PRIVATE Boost::json)\n",
            "lib/store/CMakeLists.txt": "# why\ncairn_layer(store DEPENDS consensus\n  chain)\n"}),
            ["lib/store/CMakeLists.txt:2"])

    def test_headings(self):
        files = {"lib/base/a.hpp": Source("lib/base/a.hpp", "#pragma once\n"),
                 "lib/base/a.cpp": Source("lib/base/a.cpp", "int a;\n"),
                 "lib/base/b.cpp": Source("lib/base/b.cpp", "int b;\n"),
                 "lib/base/c.hpp": Source("lib/base/c.hpp", "// C.\n")}
        self.assertEqual(self.found(style.check_headings, files), ["lib/base/a.hpp:1", "lib/base/b.cpp:1"])

    def test_text(self):
        bad = {"a.cpp": "\tint a;\n", "b.md": "text \n", "c.py": "# TO" "DO: later\n", "d.txt": "no end",
               "e.cpp": "a\n<<<<<<< HEAD\n"}
        self.assertEqual(self.found(style.check_text, bad),
                         ["a.cpp:1", "b.md:1", "c.py:1", "d.txt:1", "e.cpp:2"])
        self.assertEqual(self.found(style.check_text,
                                    {"a.cpp": "int todo_list;\n", "tests/vectors/x.txt": "a\tb \n"}), [])

    def test_columns(self):
        wide = {"lib/base/a.cpp": "x" * 111 + "\n", "tests/x.py": "é" * 111 + "\n",
                "tests/vectors/v.cpp": "x" * 500 + "\n",
                "docs/a.md": "x" * 500 + "\n", "lib/base/b.cpp": "é" * 110 + "\n"}
        sources = {path: Source(path, text) for path, text in wide.items() if path.endswith(".cpp")}
        self.assertEqual(self.found(style.check_columns, sources, wide), ["lib/base/a.cpp:1", "tests/x.py:1"])

    def test_sizes(self):
        body = "    int x = 0;\n" * 70
        code = ("namespace a {\nclass C {\n  public:\n    C() : x_{1}, y_{2} {\n" + body + "    }\n"
                "    int x_; int y_;\n};\n"
                "template <typename T> int C::f(T (&a)[3]) const noexcept {\n    if (a) {\n" + body +
                "    }\n}\nint small() { return 1; }\nconst int table[] = {\n" + body + "};\n}\n")
        sources = tree({"lib/base/a.cpp": code})
        names = [(name, length) for name, _, length in sources["lib/base/a.cpp"].functions() if length > 1]
        self.assertEqual(names, [("C", 72), ("C::f", 74)])
        self.assertEqual(self.found(style.check_sizes, sources, {}),
                         ["lib/base/a.cpp:5", "lib/base/a.cpp:79"])
        allowed = {"lib/base/a.cpp:C": "r", "lib/base/a.cpp:C::f": "r"}
        self.assertEqual(self.found(style.check_sizes, sources, allowed), [])
        self.assertEqual(self.found(style.check_sizes, tree({"lib/base/a.cpp": "int a;\n" * 400}), {}),
                         ["lib/base/a.cpp:1"])
        self.assertEqual(self.found(style.check_sizes, {}, {"gone.cpp": "r"}), ["tests/house/allowed.txt:1"])
        self.assertRaises(ValueError, style.read_allowed, "lib/base/a.cpp\n")

    def test_dead_headers(self):
        sources = tree({"lib/base/a.hpp": "", "lib/base/a.cpp": "#include <base/a.hpp>\n",
                        "lib/base/b.hpp": "",
                        "tests/unit/b.cpp": "#include <base/b.hpp>\n"})
        self.assertEqual(self.found(style.check_dead_headers, sources, layers.graph_of(sources)),
                         ["lib/base/a.hpp:1"])

    def test_links(self):
        text = ("[a](b.md) [c](../README.md#x)\n[web](https://a.b/c) `[not](one)` [here](#top)\n"
                "```\n[x](y)\n```\n[no](gone.md)\n")
        self.assertEqual(self.found(style.check_links, {"docs/a.md": text},
                                    {"docs/b.md", "README.md"}.__contains__), ["docs/a.md:6"])

    def test_decisions_stand_in_the_index(self):
        texts = {"docs/adr/README.md": "[1](0001-a.md)\n", "docs/adr/0001-a.md": "", "docs/adr/0002-b.md": ""}
        self.assertEqual(self.found(style.check_decisions, texts), ["docs/adr/0002-b.md:1"])

    def test_the_whole_over_a_project_on_disk(self):
        with tempfile.TemporaryDirectory() as name:
            root = Path(name)
            for folder in ("lib/base", "tests/house", "build/x"):
                (root / folder).mkdir(parents=True)
            (root / "tests/house/allowed.txt").write_text("# none\n")
            (root / "lib/base/a.cpp").write_text(HEAD + "int a;\n")
            (root / "build/x/b.cpp").write_text("\tignored")
            self.assertEqual(list(house.findings(root)), [])
            (root / "lib/base/a.cpp").write_text("#include <mutex>\n")
            self.assertEqual(len(list(house.findings(root))), 2)  # no heading, a lock in base


if __name__ == "__main__":
    unittest.main()
