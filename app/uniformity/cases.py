"""Reading the questions that can be talked over at a roll call: those that lay a case and offer answers with reasons."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from app.quizzes.models import LIVE, QuestionVersion

TALKED_OVER = (
    "single",
    "multiple",
    "true_false",
)  # their answers are options, each with its reason


@dataclass(frozen=True)
class Case:
    """A question to discuss: its version, and its content in both languages."""

    version_id: int
    kind: str
    key: str
    content: dict[str, Any]


def cases_on(session: Session, *, rule_ids: Collection[int]) -> dict[int, list[Case]]:
    """Return the live questions on rules that can be discussed: one right answer first, then several, each the oldest first."""
    one_answer = case((QuestionVersion.kind == "single", 0), else_=1)
    rows = session.execute(
        select(
            QuestionVersion.rule_id,
            QuestionVersion.id,
            QuestionVersion.kind,
            QuestionVersion.key_choice,
            QuestionVersion.content,
        )
        .where(QuestionVersion.rule_id.in_(rule_ids), LIVE, QuestionVersion.kind.in_(TALKED_OVER))
        .order_by(one_answer, QuestionVersion.id)
    )
    found: dict[int, list[Case]] = {}
    for rule_id, version_id, kind, key, content in rows:
        found.setdefault(rule_id, []).append(Case(version_id, kind, key, json.loads(content)))
    return found
