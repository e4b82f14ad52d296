"""The rules of the house, checked over the whole project: house.py [ROOT].

Prints what is broken, one finding after the other; exits 1 if anything is.
"""

import sys
from pathlib import Path

import layers
import style
from sources import read_sources, read_texts


def findings(root):
    sources, texts = read_sources(root), read_texts(root)
    allowed = style.read_allowed((Path(root) / "tests/house/allowed.txt").read_text(encoding="utf-8"))
    yield from layers.check_layers(sources)
    yield from layers.check_cycles(sources)
    yield from layers.check_packages(sources)
    yield from layers.check_heavy(sources)
    yield from layers.check_calls(sources)
    yield from layers.check_build_files(texts)
    yield from style.check_headings(sources)
    yield from style.check_text(texts)
    yield from style.check_columns(sources, texts)
    yield from style.check_sizes(sources, allowed)
    yield from style.check_dead_headers(sources, layers.graph_of(sources))
    yield from style.check_decisions(texts)
    yield from style.check_links(texts, lambda path: (Path(root) / path).exists())


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    found = list(findings(root))
    for finding in found:
        print(finding)
    print(f"house: {len(found)} broken" if found else "house: in order")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
