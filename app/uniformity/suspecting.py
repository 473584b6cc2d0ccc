"""Questions whose text or key may be at fault: what the batch finds and keeps for their authors."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.handbooks.models import Rule
from app.quality.models import ItemStatistic
from app.uniformity.composing import RuleMeasured
from app.uniformity.models import Suspicion
from app.uniformity.suspicions import Suspect, consensus_suspects, split_suspects


def keep_suspicions(
    session: Session, rules: Sequence[RuleMeasured], *, handbook_id: int, at: datetime
) -> None:
    """Replace the suspicions on the questions of a handbook by what its measured rules give."""
    versions = [one.version_id for rule in rules for one in rule.rule.asked]
    reports = {
        row[0]: json.loads(row[1])
        for row in session.execute(
            select(ItemStatistic.question_version_id, ItemStatistic.content).where(
                ItemStatistic.question_version_id.in_(versions)
            )
        )
    }
    found: list[Suspect] = [*consensus_suspects(rules), *split_suspects(rules, reports)]
    theirs = select(Rule.id).where(Rule.handbook_id == handbook_id)
    session.execute(delete(Suspicion).where(Suspicion.rule_id.in_(theirs)))
    rows = [
        {
            "question_version_id": one.version_id,
            "reason": one.reason,
            "rule_id": one.rule_id,
            "content": json.dumps(one.evidence),
            "found_at": at,
        }
        for one in found
    ]
    if rows:
        session.execute(insert(Suspicion), rows)
