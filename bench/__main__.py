"""`make bench`: run the measurements in order; `--quick` for a short look, `--only NAME` for one part."""

import argparse
import sys
from collections.abc import Callable

from bench import answer_save, differences, publishing, sizes, statements, throughput, uniformity


def saves(**_options: bool) -> None:
    """Print the ratios of saving an answer."""
    for ratio in answer_save.main():
        print(ratio)


# name, heading, act; an act that returns False found a promise broken that can be counted
PARTS: tuple[tuple[str, str, Callable[..., bool | None]], ...] = (
    ("cpu", "CPU of saving an answer, in process", saves),
    ("throughput", "Throughput on one core", throughput.main),
    ("statements", "Statements a request", statements.main),
    ("publishing", "Publishing one changed rule, in process, SQLite", publishing.main),
    ("sizes", "Pages as the department grows, in process, SQLite", sizes.main),
    ("differences", "Differences recognised in made-up histories", differences.main),
    ("uniformity", "Measuring uniformity, in process, SQLite", uniformity.main),
)


def main() -> int:
    """Run the parts; return 1 when a promise that can be counted is broken."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes, fewer rounds")
    parser.add_argument("--only", choices=[name for name, _heading, _act in PARTS])
    chosen = parser.parse_args()
    fine = True
    for name, heading, act in PARTS:
        if chosen.only in (None, name):
            print(f"\n{heading}", flush=True)
            fine = act(quick=chosen.quick) is not False and fine
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
