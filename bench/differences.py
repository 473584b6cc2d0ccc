"""How well `flask handbooks diff` recognises what happened in made-up histories, and how long large documents take."""

import time

from app.handbooks.blocks import read_blocks
from app.handbooks.matching import compare
from tests.handbooks.measuring import made_history, measure, table

ENOUGH = 0.95


def main(*, quick: bool) -> bool:
    """Print precision and recall of each kind of change, then seconds by size; return whether all is above 0.95."""
    scores = measure(range(10_000, 10_200 if quick else 11_500))
    print(table(scores), flush=True)
    for books in (10, 50) if quick else (10, 50, 150):
        made = [made_history(seed, rules=False, strength=0.2) for seed in range(books)]
        start = time.perf_counter()
        old = read_blocks("\n\n".join(one.old_text for one in made))
        new = read_blocks("\n\n".join(one.new_text for one in made))
        compare(old, new)
        print(f"{len(old):6} and {len(new):6} blocks: {time.perf_counter() - start:5.1f} s")
    return all(min(score.precision, score.recall) > ENOUGH for score in scores.values())
