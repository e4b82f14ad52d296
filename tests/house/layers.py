"""Checks of who may include what: the rule of docs/adr/0002-layers-and-include-rule.md."""

import re

from sources import Finding

LIB = ["base", "crypto", "model", "consensus", "store", "chain", "mining", "wallet"]
NET = ["wire", "protocol", "transport"]
GENERATED = {"base/version.hpp"}

# layer → the layers below it.
BELOW = {
    "base": [],
    "crypto": ["base"],
    "model": ["base", "crypto"],
    "consensus": ["base", "crypto", "model"],
    "store": ["base", "crypto", "model", "consensus"],
    "chain": ["base", "crypto", "model", "consensus", "store"],
    "wallet": ["base", "crypto", "model", "consensus"],
    "mining": ["base", "crypto", "model", "consensus"],
    "wire": LIB,
    "protocol": LIB + ["wire"],
    "transport": LIB + ["wire", "protocol"],
    "cli": LIB + NET,
}

# What is matched in an include, where it may stand, why. Paths are prefixes; tests are free in what they use.
PACKAGES = [
    (r"cryptopp/|crypto\+\+/", ["lib/crypto/"],
     "Crypto++ is used in lib/crypto alone, so that it can be replaced there"),
    (r"boost/(asio|beast)", ["net/transport/", "cli/prompt/"],
     "sockets and event loops belong to net/transport"),
    (r"lmdb\.h", ["lib/store/"], "the index is lib/store's own affair"),
    (r"CLI/|readline/|qrencode\.h|termios\.h|sys/ioctl\.h", ["cli/"], "only cli knows of a terminal"),
    (r"openssl/", ["net/transport/"],
     "Crypto++ is the product's library; OpenSSL checks it in tests"),
    (r"filesystem$|fstream$|fcntl\.h$|cstdio_ext$|sys/stat\.h$|sys/file\.h$",
     ["lib/store/", "lib/wallet/", "cli/"],
     "files are touched by lib/store, the keystore and cli alone"),
    (r"(iostream|syncstream)$", ["cli/"], "only cli writes to the terminal"),
]
PURE = [f"lib/{name}/" for name in ("base", "crypto", "model", "consensus", "chain", "wallet")] + \
       [f"net/{name}/" for name in ("wire", "protocol")]
THREADS = (r"(thread|mutex|shared_mutex|condition_variable|future|semaphore|latch|barrier|stop_token|"
           r"pthread\.h)$")

# Headers that cost seconds to compile: they must not leave their layer through its headers.
HEAVY = r"cryptopp/|lmdb\.h|boost/|CLI/"

# What is matched in code, where it may not stand, where it may, why.
CALLS = [
    (r"\bstd::(random_device|mt19937(_64)?|default_random_engine|rand\b)|\bgetrandom\s*\(",
     ["lib/", "net/"], ["lib/crypto/random", "net/transport/"], "randomness is handed in (base/random.hpp)"),
    (r"\bstd::uniform_\w+_distribution\b|\bstd::shuffle\b", ["lib/", "net/", "cli/"], [],
     "the distributions of the standard library differ between implementations"),
    (r"\b(system_clock|high_resolution_clock)\b|\b(clock_gettime|gettimeofday|std::time)\s*\(",
     ["lib/", "net/"], ["lib/crypto/random", "net/transport/"], "time is handed in (base/time.hpp)"),
    (r"\bsteady_clock\b", PURE, [], "time is handed in (base/time.hpp)"),
    (r"\bsleep_for\b|\bsleep_until\b|\busleep\s*\(|\bnanosleep\s*\(", ["lib/", "net/", "tests/"], [],
     "a sleep is a race that is usually won: wait for the event itself"),
    (r"\b(float|double)\b", ["lib/model/", "lib/consensus/", "lib/chain/"], [],
     "what nodes must agree on is integer arithmetic"),
    (r"(?<![\w:])::open\s*\(|\bopenat\s*\(|\bfopen\s*\(|\bO_(RDONLY|WRONLY|RDWR|CREAT)\b", ["lib/", "net/"],
     ["lib/store/", "lib/wallet/"], "files are touched by lib/store, the keystore and cli alone"),
    (r"\bstd::(cout|cerr|clog)\b|(?<![\w.>])(?:std::)?(printf|fprintf|puts|perror)\s*\(|\bfmt::print\b",
     ["lib/", "net/"], [], "only cli writes to the terminal"),
    (r"\b(abort|exit|_exit|quick_exit)\s*\(\s*\w*\s*\)", ["lib/", "net/"], [],
     "a library does not end the program: a fault is thrown (base/fault.hpp)"),
]


def layer_of(path):
    """`lib/crypto/x/y.cpp` → crypto; None for tests."""
    parts = path.split("/")
    if parts[0] == "cli":
        return "cli"
    return parts[1] if parts[0] in ("lib", "net") and len(parts) > 2 else None


def resolve(source, name, quoted, sources):
    """The project's file that an include means, or None for a package's header."""
    candidates = [f"lib/{name}", f"net/{name}"]
    if name.startswith("cli/"):
        candidates.append(name)
    if source.is_test:
        candidates.append(f"tests/{name}")
    if quoted:
        folder = source.path.rsplit("/", 1)[0]
        candidates.insert(0, f"{folder}/{name}")
    return next((path for path in candidates if path in sources), None)


def graph_of(sources):
    """path → [(line, path included)]"""
    graph = {}
    for path, source in sources.items():
        targets = [(line, resolve(source, name, quoted, sources)) for line, name, quoted in source.includes]
        graph[path] = [(line, target) for line, target in targets if target]
    return graph


def check_layers(sources):
    """Every include of the project's own files goes downwards, in the one written form."""
    form = "includes are written <layer/file.hpp>, so that the layer shows"
    for path, source in sources.items():
        layer = layer_of(path)
        if layer and layer not in BELOW:
            yield Finding(path, 1, f"'{layer}' is not a layer of the design",
                          "a new layer is a decision: docs/adr")
            continue
        for line, name, quoted in source.includes:
            top = name.split("/")[0]
            if quoted and not source.is_test:
                yield Finding(path, line, f'include "{name}" in quotes', form)
            elif top in ("lib", "net"):
                yield Finding(path, line, f"include <{name}> names '{top}'", form)
            elif top not in BELOW:
                continue
            elif name not in GENERATED and resolve(source, name, quoted, sources) is None:
                yield Finding(path, line, f"include <{name}>: no such file",
                              "an include leads to a file of the project")
            elif layer and top != layer and top not in BELOW[layer]:
                may = " ".join(BELOW[layer]) or "nothing of the project"
                yield Finding(path, line, f"{layer} includes <{name}>",
                              f"{layer} may include {may}: downwards only")


def check_cycles(sources):
    """No file includes itself over others. With the layer rule this leaves no cycle of layers either."""
    graph, state, reported = graph_of(sources), {}, set()

    def visit(path, trail):
        state[path] = "open"
        for line, target in graph[path]:
            if state.get(target) == "open":
                ring = trail[trail.index(target):] + [target]
                if frozenset(ring) not in reported:
                    reported.add(frozenset(ring))
                    yield Finding(path, line, "cycle of includes: " + " → ".join(ring),
                                  "a cycle is one thing in several files, or an order not thought out")
            elif target not in state:
                yield from visit(target, trail + [target])
        state[path] = "done"

    for path in graph:
        if path not in state:
            yield from visit(path, [path])
    layers = {}
    for path, edges in graph.items():
        for line, target in edges:
            a, b = layer_of(path), layer_of(target)
            if a and b and a != b:
                layers.setdefault(a, {}).setdefault(b, (path, line))
    for a, targets in layers.items():
        for b, (path, line) in targets.items():
            if a in layers.get(b, {}) and a < b:
                yield Finding(path, line,
                              f"cycle of layers: {a} ⇄ {b} (and {layers[b][a][0]}:{layers[b][a][1]})",
                              "layers depend one way")


def check_packages(sources):
    """Each package's headers stand in the one place that may use it."""
    for path, source in sources.items():
        if source.is_test:
            if source.path not in ("tests/catch.hpp", "tests/catch_main.cpp"):
                for line, name, _ in source.includes:
                    if name.startswith("catch2/"):
                        yield Finding(path, line, f"include <{name}>",
                                      'tests include "catch.hpp", which knows both versions of Catch2')
            continue
        for line, name, _ in source.includes:
            for pattern, places, why in PACKAGES:
                if re.match(pattern, name) and not path.startswith(tuple(places)):
                    yield Finding(path, line, f"include <{name}> outside {', '.join(places)}", why)
            if re.match(THREADS, name) and path.startswith(tuple(PURE)):
                yield Finding(path, line, f"include <{name}> in a layer without threads",
                              "this layer is owned by one thread; ownership does what a lock would")


def check_heavy(sources):
    """No file outside a layer reaches a heavy package's headers through the layer's own headers."""
    users = {}
    for path, edges in graph_of(sources).items():
        for _, target in edges:
            users.setdefault(target, []).append(path)
    for header, source in sources.items():
        heavy = [(line, name) for line, name, _ in source.includes if re.match(HEAVY, name)]
        if not heavy or not source.is_header or source.is_test:
            continue
        reached, todo = set(), [header]
        while todo:
            fresh = set(users.get(todo.pop(), [])) - reached
            reached |= fresh
            todo.extend(fresh)
        own_tests = f"/{layer_of(header)}/"  # tests/unit/LAYER/ is written against the layer's own types
        outside = sorted(path for path in reached
                         if layer_of(path) != layer_of(header)
                         and not (path.startswith("tests/") and own_tests in path))
        if outside:
            line, name = heavy[0]
            yield Finding(header, line, f"heavy <{name}> reaches {outside[0]}",
                          "others would compile it each time")


def check_calls(sources):
    """Clocks, randomness, files, floats, output: only where the design has them."""
    for path, source in sources.items():
        for pattern, banned, allowed, why in CALLS:
            if not path.startswith(tuple(banned)) or path.startswith(tuple(allowed) or ("\0",)):
                continue
            for number, line in enumerate(source.code_lines, 1):
                match = re.search(pattern, line)
                if match and not re.match(r"\s*#", line):
                    yield Finding(path, number, f"'{match.group(0).strip()}' here", why)


def check_build_files(texts):
    """DEPENDS of each cairn_layer() names layers below it alone."""
    for path, text in texts.items():
        if not path.endswith("CMakeLists.txt"):
            continue
        for match in re.finditer(r"^\s*cairn_layer\((\w+)([^)]*)\)", text, re.M):
            name, rest = match.groups()
            line = text[:match.start(1)].count("\n") + 1
            depends = re.search(r"\bDEPENDS\b(.*?)(\bPRIVATE\b|$)", rest, re.S)
            for dependency in depends.group(1).split() if depends else []:
                if dependency not in BELOW.get(name, []):
                    yield Finding(path, line, f"layer {name} DEPENDS {dependency}",
                                  "a layer links the layers below it alone")
