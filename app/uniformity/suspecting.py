"""Questions whose text or key may be at fault: what the batch finds and keeps for their authors."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.handbooks.models import Rule
from app.quality.models import ItemStatistic
from app.uniformity.models import Suspicion
from app.uniformity.suspicions import Suspect


def item_reports(session: Session, *, version_ids: Collection[int]) -> dict[int, Mapping[str, Any]]:
    """Return the item statistics of questions, as released."""
    rows = session.execute(
        select(ItemStatistic.question_version_id, ItemStatistic.content).where(
            ItemStatistic.question_version_id.in_(version_ids)
        )
    )
    return {row[0]: json.loads(row[1]) for row in rows}


def keep_suspicions(
    session: Session, found: Sequence[Suspect], *, handbook_id: int, at: datetime
) -> None:
    """Replace the suspicions on the questions of a handbook."""
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
