"""Acts of exchange with the bank: drafts of what was read, and rows of what goes out."""

import json
import string
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.errors import N_, DomainError
from app.exchange.items import Item, Refusal
from app.handbooks.models import Rule, RuleText
from app.quizzes.carrying import Carried
from app.quizzes.drafting import Written, write_draft
from app.quizzes.models import LIVE, Question, QuestionVersion, Quiz

NO_QUIZ = "there is no quiz %(quiz)s: `flask quizzes load` loads them"


def bring_in(
    session: Session,
    wanted: Sequence[tuple[Item, Carried, str]],
    *,
    quiz: str,
    skip: bool,
    at: datetime,
) -> list[Refusal]:
    """Write drafts of items with the code of their rule; return those the bank refuses, and write none then unless `skip`.

    A draft that waits under the same key and says another language gets this one beside it. Raises DomainError for an unknown
    quiz.
    """
    found = _quiz(session, quiz)
    rules = {
        rule.code: rule.id
        for rule in session.scalars(select(Rule).where(Rule.handbook_id == found.handbook_id))
    }
    refused: list[Refusal] = []
    fit: list[tuple[Item, Carried, str]] = []
    for item, draft, code in wanted:
        if code in rules:
            fit.append((item, draft, code))
        else:
            reason = (
                f"its handbook has no rule {code}"
                if code
                else "it names no rule in its id, category or tags: give --rule"
            )
            refused.append(Refusal(item.line, item.name or item.stem[:60], reason))
    if refused and not skip:
        return refused
    taken = set(session.scalars(select(Question.key).where(Question.quiz_id == found.id)))
    for item, draft, code in fit:
        key = _key(item, code, taken)
        taken.add(key)
        written = Written(key, rules[code], draft.kind, draft.content, draft.key, draft.alphabet)
        try:
            write_draft(
                session, None, quiz_id=found.id, written=_beside(session, found.id, written), at=at
            )
        except DomainError as error:
            refused.append(Refusal(item.line, item.name or item.stem[:60], str(error)))
    return refused


def _quiz(session: Session, slug: str) -> Quiz:
    found = session.scalar(select(Quiz).where(Quiz.slug == slug))
    if found is None:
        raise DomainError(NO_QUIZ, quiz=slug)
    return found


def _key(item: Item, rule: str, taken: set[str]) -> str:
    """Return the item's own key where it is one of this rule, else the rule's next free letter."""
    if item.code.startswith(f"{rule}-") and len(item.code) <= len(rule) + 4:
        return item.code
    letters = list(string.ascii_lowercase)
    names = letters + [one + other for one in letters for other in letters]
    return next(f"{rule}-{name}" for name in names if f"{rule}-{name}" not in taken)


def _beside(session: Session, quiz_id: int, written: Written) -> Written:
    """Return a draft with the texts of the one that waits under its key, where this one has none."""
    held = session.scalar(
        select(QuestionVersion.content)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(
            Question.quiz_id == quiz_id,
            Question.key == written.key,
            QuestionVersion.state == "draft",
            QuestionVersion.retired_at.is_(None),
            QuestionVersion.kind == written.kind,
            QuestionVersion.key_choice == written.key_choice,
        )
    )
    if held is None:
        return written
    content = _joined(written.content, json.loads(held))
    return Written(
        written.key, written.rule_id, written.kind, content, written.key_choice, written.alphabet
    )


def _joined(new: Any, old: Any) -> Any:
    """Return new content with each empty text filled from the old, where both have the same shape."""
    if isinstance(new, dict) and isinstance(old, dict):
        if set(new) == {"ms", "en"}:
            return {language: new[language] or old.get(language, "") for language in new}
        return {name: _joined(inner, old.get(name)) for name, inner in new.items()}
    if isinstance(new, list) and isinstance(old, list) and len(new) == len(old):
        return [_joined(one, other) for one, other in zip(new, old, strict=True)]
    return new


def rows_to_carry(session: Session, *, quiz: str) -> list[dict[str, Any]]:
    """Return the questions that a quiz asks, as they go out; raises DomainError for an unknown quiz."""
    found = _quiz(session, quiz)
    rows = session.execute(
        select(
            Question.key,
            Rule.code,
            QuestionVersion.kind,
            QuestionVersion.content,
            QuestionVersion.key_choice,
        )
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(Rule, Rule.id == QuestionVersion.rule_id)
        .where(Question.quiz_id == found.id, LIVE)
        .order_by(Question.key)
    )
    return [
        {
            "key": key,
            "rule": rule,
            "kind": kind,
            "content": json.loads(content),
            "key_choice": right,
        }
        for key, rule, kind, content, right in rows
    ]


def draft_of_rule(
    session: Session,
    actor: Actor,
    *,
    quiz: str,
    rule: str,
    kind: str,
    made: tuple[dict[str, Any], str, str],
    at: datetime,
) -> int:
    """Write a new draft on a rule under its next free letter; return the version's id.

    `made` is content, right answer and alphabet. Raises DomainError for an unknown rule, and for true or false on a rule that
    binds, which can be guessed half the time.
    """
    found = _quiz(session, quiz)
    rule_id = session.scalar(
        select(Rule.id).where(Rule.handbook_id == found.handbook_id, Rule.code == rule)
    )
    if rule_id is None:
        raise DomainError(N_("Pilih peraturan daripada senarai."))
    if kind == "true_false" and core_rules(session, {rule_id}):
        raise DomainError(
            N_(
                "Betul atau salah boleh diteka separuh masa, jadi tidak menguji peraturan yang wajib. Gunakan satu jawapan."
            )
        )
    taken = set(session.scalars(select(Question.key).where(Question.quiz_id == found.id)))
    key = _key(Item("single", ""), rule, taken)
    content, right, alphabet = made
    written = Written(key, rule_id, kind, content, right, alphabet)
    return write_draft(session, actor, quiz_id=found.id, written=written, at=at)


def core_rules(session: Session, rule_ids: set[int]) -> set[int]:
    """Return those of the rules that bind in any wording (must)."""
    return set(
        session.scalars(
            select(RuleText.rule_id)
            .where(RuleText.rule_id.in_(rule_ids), RuleText.strength == "must")
            .distinct()
        )
    )
