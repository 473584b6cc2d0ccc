"""The line of months: how a rule was answered in each finished month in the whole country, coarse enough to be told."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.clock import local
from app.disclosure import rounded
from app.handbooks.models import Rule
from app.uniformity import counted
from app.uniformity.asked import is_right
from app.uniformity.models import RuleMonth

FEWEST_IN_MONTH = 50  # officers who answered one question


def months_told(session: Session, *, handbook_id: int, at: datetime) -> list[dict[str, object]]:
    """Return right and all answers of each rule of a handbook by finished month; months of too few officers are left out.

    A month holds answers that are not released yet: exact, it could be compared with the released, down to one answer. So the
    answers are told in tens, and the right ones as the coarse share of so many.
    """
    asked = counted.asked_ever(session, handbook_id=handbook_id)
    found: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    officers: dict[tuple[int, str], Counter[int]] = defaultdict(Counter)  # of each version
    rows = counted.months_of(session, handbook_id=handbook_id, before=f"{local(at):%Y-%m}")
    for version, month, choice, n in rows:
        one = asked[version]
        cell = found[one.rule_id, month]
        cell[0] += n * is_right(one, choice)
        cell[1] += n
        officers[one.rule_id, month][version] += n
    tens = {key: n // 10 * 10 for key, (_right, n) in found.items()}
    return [
        {
            "rule_id": rule_id,
            "month": month,
            "right": round(rounded(right / n, tens[rule_id, month]) / 100 * tens[rule_id, month]),
            "n": tens[rule_id, month],
        }
        for (rule_id, month), (right, n) in sorted(found.items())
        if max(officers[rule_id, month].values()) >= FEWEST_IN_MONTH
    ]


def keep_months(session: Session, months: Sequence[dict[str, object]], *, handbook_id: int) -> None:
    """Replace the months of a handbook's rules."""
    theirs = select(Rule.id).where(Rule.handbook_id == handbook_id)
    session.execute(delete(RuleMonth).where(RuleMonth.rule_id.in_(theirs)))
    if months:
        session.execute(insert(RuleMonth), months)
