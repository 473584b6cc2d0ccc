"""A process that keeps choices and writes each one that was acknowledged; run by tests, killed by some."""

import sys

from app.clock import now
from app.db import Database
from app.quizzes.saving import Said, save_choice


def main(url: str, officer_id: int, attempt_id: int, turns: int) -> None:
    """Keep `turns` choices at the five questions in turn; write "position choice" after each."""
    database = Database(url)
    for turn in range(turns):
        position, choice = turn % 5 + 1, "abcdu"[turn // 5 % 5]
        kept = save_choice(
            database,
            officer_id=officer_id,
            session_version=1,
            attempt_id=attempt_id,
            position=position,
            said=Said("single", choice),
            at=now(),
        )
        sys.stdout.write(f"{position} {choice if kept else 'refused'}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
