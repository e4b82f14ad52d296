"""A figure: a ratio, what it is to reach, and how far its runs lay apart."""

import json
import statistics
import subprocess
from dataclasses import asdict, dataclass, field


@dataclass
class Figure:
    key: str
    what: str
    values: list  # one a run
    target: float
    at_least: bool  # else: at most
    unit: str = ""
    limit: str = ""  # what limits it
    details: dict = field(default_factory=dict)

    @property
    def value(self):
        return statistics.median(self.values)

    @property
    def spread(self):
        """The largest distance of a run from the median, by the median."""
        return max(abs(value - self.value) for value in self.values) / self.value if self.value else 0.0

    @property
    def reached(self):
        return self.value >= self.target if self.at_least else self.value <= self.target

    def as_dict(self):
        return {**asdict(self), "value": self.value, "spread": self.spread, "reached": self.reached}


def at_least(key, what, values, target, limit, **details):
    return Figure(key, what, values, target, True, "", limit, details)


def at_most(key, what, values, target, limit, unit="", **details):
    return Figure(key, what, values, target, False, unit, limit, details)


def table(figures):
    """Lines of text."""
    rows = [("figure", "reached", "target", "", "± of runs")]
    for one in figures:
        target = ("≥ " if one.at_least else "≤ ") + f"{one.target:g}"
        rows.append((one.what, f"{one.value:.3g}{one.unit}", target, "yes" if one.reached else "no",
                     f"{100 * one.spread:.0f} %"))
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    return ["  ".join(cell.ljust(width) if i in (0, 3) else cell.rjust(width)
                      for i, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows]


def google_benchmark(program, pattern):
    """Counters of each case of a Google Benchmark program, by the case's name without its iterations."""
    made = subprocess.run([program, f"--benchmark_filter={pattern}", "--benchmark_format=json"],
                          capture_output=True, text=True, check=True)
    out = {}
    for case in json.loads(made.stdout)["benchmarks"]:
        if case.get("error_occurred"):
            raise SystemExit(f"{program}: {case['name']}: {case['error_message']}")
        out[case["name"].split("/iterations")[0]] = case
    return out
