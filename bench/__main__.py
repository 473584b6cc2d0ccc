"""`make bench`: run the measurements in order; `--quick` for a short look, `--only NAME` for one part."""

import argparse
import sys

from bench import answer_save, differences, publishing, sizes, statements, throughput


def main() -> int:
    """Run the parts; return 1 when a promise that can be counted is broken."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes, fewer rounds")
    parser.add_argument(
        "--only", choices=("cpu", "throughput", "statements", "publishing", "sizes", "differences")
    )
    chosen = parser.parse_args()
    fine = True
    if chosen.only in (None, "cpu"):
        print("\nCPU of saving an answer, in process", flush=True)
        for ratio in answer_save.main():
            print(ratio)
    if chosen.only in (None, "throughput"):
        print("\nThroughput on one core", flush=True)
        throughput.main(quick=chosen.quick)
    if chosen.only in (None, "statements"):
        print("\nStatements a request", flush=True)
        fine = statements.main(quick=chosen.quick)
    if chosen.only in (None, "publishing"):
        print("\nPublishing one changed rule, in process, SQLite", flush=True)
        fine = publishing.main(quick=chosen.quick) and fine
    if chosen.only in (None, "sizes"):
        print("\nPages as the department grows, in process, SQLite", flush=True)
        sizes.main(quick=chosen.quick)
    if chosen.only in (None, "differences"):
        print("\nDifferences recognised in made-up histories", flush=True)
        fine = differences.main(quick=chosen.quick) and fine
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
