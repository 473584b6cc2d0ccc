"""Promises of a draft: nothing published is edited, nothing typed is lost, rules stay themselves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from app.clock import local_date
from app.errors import DomainError, RefusedError
from app.handbooks.models import HandbookVersion, Rule, RuleAncestor, RuleRetirement, RuleText
from app.publishing import queries, services, shaping, writing
from app.publishing.logic import real_change
from app.publishing.writing import ConflictError
from tests.publishing.desk import Desk


def published(desk: Desk, *, ahead: int = 0) -> int:
    desk.day(local_date(desk.at) + timedelta(days=ahead))
    desk.submit()
    return desk.publish()


def codes(desk: Desk, version_id: int) -> dict[str, int]:
    with desk.database.reading() as session:
        rows = session.execute(
            select(RuleText.code, RuleText.rule_id).where(
                RuleText.version_id == version_id, RuleText.language == "ms"
            )
        )
        return {row[0]: row[1] for row in rows}


def test_a_draft_begins_with_every_rule_of_the_newest_version_and_nothing_changed(
    desk: Desk,
) -> None:
    assert [row.rule.code for row in desk.rows] == ["UJ-1.1", "UJ-1.2", "UJ-2.1", "UJ-2.2"]
    assert all(real_change(row.rule, row.known) == "" for row in desk.rows)
    assert all(row.rule.sources for row in desk.rows)


def test_a_handbook_has_one_open_draft_and_beginning_again_returns_it(desk: Desk) -> None:
    first = desk.draft_id
    assert desk.start().draft_id == first


def test_a_published_draft_is_the_version_that_was_shown_and_the_one_before_stays(
    desk: Desk,
) -> None:
    with desk.database.reading() as session:
        before = session.execute(text("SELECT * FROM rule_texts ORDER BY id")).all()
    desk.reword("UJ-1.1")
    version_id = published(desk)
    with desk.database.reading() as session:
        row = session.get_one(HandbookVersion, version_id)
        assert (row.number, row.published_by_id) == ("3.0", desk.cast.chong.id)
        assert row.asks_again
        assert "Ayat baharu." in row.source_ms
        after = session.execute(text("SELECT * FROM rule_texts ORDER BY id")).all()
    assert after[: len(before)] == before


def test_only_spelling_makes_a_minor_version_that_asks_nobody(desk: Desk) -> None:
    desk.reword("UJ-1.1", "editorial")
    with desk.database.reading() as session:
        row = session.get_one(HandbookVersion, published(desk))
    assert (row.number, row.asks_again) == ("2.1", False)


def test_the_next_draft_begins_from_what_was_published_in_the_browser(desk: Desk) -> None:
    desk.reword("UJ-1.1")
    published(desk)
    desk.start()
    assert desk.draft.base_number == "3.0"
    assert "Ayat baharu." in desk.row("UJ-1.1").rule.ms.body
    desk.reword("UJ-1.2")
    desk.day(local_date(desk.at) + timedelta(days=3))
    desk.submit()
    desk.publish()


def test_who_wrote_on_a_draft_cannot_approve_it_whoever_asks(desk: Desk) -> None:
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at))
    desk.submit()
    with desk.database.transaction() as session, pytest.raises(RefusedError):
        services.publish_draft(
            session,
            desk.cast.devi,
            draft_id=desk.draft_id,
            seen=desk.seen(),
            words="",
            at=desk.at,
        )


def test_who_changed_only_the_day_wrote_on_the_draft_too(desk: Desk) -> None:
    desk.reword("UJ-1.1")
    desk.cast = replace(desk.cast, devi=desk.cast.chong)
    desk.day(local_date(desk.at))
    desk.submit()
    with pytest.raises(RefusedError):
        desk.publish()


def test_only_what_was_shown_is_approved(desk: Desk) -> None:
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at))
    desk.submit()
    with pytest.raises(DomainError, match="berubah sejak"):
        desk.publish("something else")


def test_a_draft_in_review_is_not_edited_until_it_is_given_back(desk: Desk) -> None:
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at))
    desk.submit()
    with pytest.raises(DomainError, match="sedang disemak"):
        desk.reword("UJ-1.2")
    with desk.database.transaction() as session:
        services.return_draft(
            session, desk.cast.chong, draft_id=desk.draft_id, words="Ejaan.", at=desk.at
        )
    desk.reword("UJ-1.2")
    assert desk.draft.state == "draft"


def test_a_second_approval_publishes_nothing(desk: Desk) -> None:
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at))
    desk.submit()
    seen = desk.seen()
    desk.publish(seen)
    with pytest.raises(DomainError):
        desk.publish(seen)
    with desk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(HandbookVersion)) == 3


def test_of_two_who_edit_at_once_the_second_is_told_and_nothing_is_lost(desk: Desk) -> None:
    revision = desk.row("UJ-1.1").revision
    desk.edit("UJ-1.1", body_ms="Teks pertama.")
    row = desk.row("UJ-1.1")
    late = replace(desk.fields("UJ-1.1"), body_ms="Teks kedua.")
    with desk.database.transaction() as session, pytest.raises(ConflictError) as told:
        writing.save_rule(
            session, desk.cast.chong, rule_id=row.rule.id, revision=revision, given=late, at=desk.at
        )
    assert told.value.current.ms.body == "Teks pertama."
    assert told.value.facts["name"] == desk.cast.devi.name
    with desk.database.reading() as session:
        saves = queries.save_rows(session, draft_rule_id=row.rule.id)
    assert [(save.kept, save.content["body_ms"]) for save in saves] == [
        (False, "Teks kedua."),
        (True, "Teks pertama."),
    ]


def test_saving_the_same_twice_makes_no_new_revision(desk: Desk) -> None:
    first = desk.edit("UJ-1.1", body_ms="Teks.")
    assert desk.edit("UJ-1.1", body_ms="Teks.") == first


def test_a_rule_moved_to_another_chapter_takes_a_new_code_and_stays_itself(desk: Desk) -> None:
    rule_id = desk.row("UJ-1.1").rule.rule_id
    desk.do(shaping.move_rule, "UJ-1.1", after_id=desk.row("UJ-2.2").rule.id)
    desk.edit("UJ-2.3", change="editorial", note_ms="Dipindahkan.", note_en="Moved.")
    version_id = published(desk)
    assert codes(desk, version_id)["UJ-2.3"] == rule_id
    with desk.database.reading() as session:
        assert not session.get_one(HandbookVersion, version_id).asks_again


def test_a_rule_split_in_two_names_its_ancestor(desk: Desk) -> None:
    origin = desk.row("UJ-1.1").rule.rule_id
    desk.do(shaping.split_rule, "UJ-1.1")
    desk.fill("UJ-1.3")
    desk.reword("UJ-1.1")
    version_id = published(desk)
    made = codes(desk, version_id)
    assert made["UJ-1.1"] == origin
    with desk.database.reading() as session:
        found = session.scalars(select(RuleAncestor)).all()
    assert [(row.rule_id, row.ancestor_id) for row in found] == [(made["UJ-1.3"], origin)]


def test_a_merged_rule_is_retired_and_named_as_ancestor(desk: Desk) -> None:
    gone, kept = desk.row("UJ-1.2").rule.rule_id, desk.row("UJ-1.1").rule.rule_id
    desk.do(shaping.merge_rule, "UJ-1.2", into_id=desk.row("UJ-1.1").rule.id)
    desk.edit("UJ-1.1", note_ms="Digabungkan.", note_en="Merged.")
    version_id = published(desk)
    assert gone not in codes(desk, version_id).values()
    with desk.database.reading() as session:
        ancestor = session.scalars(select(RuleAncestor)).one()
        retired = session.scalars(select(RuleRetirement)).one()
    assert (ancestor.rule_id, ancestor.ancestor_id) == (kept, gone)
    assert (retired.rule_id, retired.kind) == (gone, "retired")


def test_renumbering_keeps_every_rule_itself_and_spares_a_retired_ones_code(desk: Desk) -> None:
    before = {row.rule.code: row.rule.rule_id for row in desk.rows}
    desk.do(shaping.retire_rule, "UJ-2.1")
    desk.edit("UJ-2.1", note_ms="Tidak perlu.", note_en="Not needed.")
    desk.do(shaping.move_rule, "UJ-1.2", after_id=None)
    with desk.database.transaction() as session:
        shaping.renumber_rules(session, desk.cast.devi, draft_id=desk.draft_id, at=desk.at)
    for row in desk.rows:
        if real_change(row.rule, row.known) == "renumbered":
            desk.edit(row.rule.code, change="editorial", note_ms="Nombor.", note_en="Number.")
    after = codes(desk, published(desk))
    assert after == {
        "UJ-1.1": before["UJ-1.2"],
        "UJ-1.2": before["UJ-1.1"],
        "UJ-2.2": before["UJ-2.2"],
    }


def test_a_code_used_before_by_another_rule_makes_another_identity(desk: Desk) -> None:
    desk.do(shaping.retire_rule, "UJ-2.2")
    desk.edit("UJ-2.2", note_ms="Tidak perlu.", note_en="Not needed.")
    published(desk)
    desk.start()
    with desk.database.transaction() as session:
        writing.add_rule(
            session, desk.cast.devi, draft_id=desk.draft_id, chapter_code="UJ-2", new_chapter=None, at=desk.at
        )  # fmt: skip
    desk.fill("UJ-2.2")
    rule_id = codes(desk, published(desk, ahead=2))["UJ-2.2"]
    with desk.database.reading() as session:
        assert session.get_one(Rule, rule_id).code == "UJ-2.2@4.0"


def test_a_new_chapter_needs_titles_in_both_languages(desk: Desk) -> None:
    with desk.database.transaction() as session:
        made = writing.add_rule(
            session, desk.cast.devi, draft_id=desk.draft_id, chapter_code="", new_chapter=("Baharu", "New"), at=desk.at
        )  # fmt: skip
    row = next(row for row in desk.rows if row.rule.id == made)
    assert (row.rule.code, row.rule.chapter) == ("UJ-3.1", ("Baharu", "New"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"body_en": ""}, "kedua-dua bahasa"),
        ({"body_ms": "<b>tebal</b>"}, "HTML"),
        ({"body_ms": "# Tajuk"}, "Tajuk di dalam"),
        ({"body_ms": "Lihat [sini](http://a.my)"}, "Pautan"),
        ({"sources": ""}, "satu sumber"),
        ({"sources": "tiada"}, "tidak dikenali"),
        ({"change": ""}, "mengubah isi atau ejaan"),
        ({"note_en": ""}, "sebab perubahan"),
        ({"title_ms": "A {b}"}, "kurungan"),
    ],
)
def test_what_is_missing_is_said_before_a_draft_is_handed_over(
    desk: Desk, changes: dict[str, str], sentence: str
) -> None:
    desk.reword("UJ-1.1")
    desk.edit("UJ-1.1", **changes)
    desk.day(local_date(desk.at))
    row = desk.row("UJ-1.1")
    from app.publishing.logic import rule_faults

    assert any(sentence in said for said in rule_faults(row.rule, row.known, {"akta", "amalan"}))
    with pytest.raises(DomainError, match="perlu dibetulkan"):
        desk.submit()


def test_a_version_published_ahead_is_not_in_force_before_its_day_and_can_be_withdrawn(
    desk: Desk,
) -> None:
    from app.handbooks.queries import version_row, versions_of

    desk.reword("UJ-1.1")
    version_id = published(desk, ahead=30)
    today = local_date(desk.at)
    with desk.database.reading() as session:
        now_, later = (
            version_row(session, slug="uji", on=day) for day in (today, today + timedelta(days=30))
        )
        assert now_
        assert later
        assert (now_.number, later.number) == ("2.0", "3.0")
    with desk.database.transaction() as session:
        services.withdraw_version(session, desk.cast.chong, version_id=version_id, at=desk.at)
    with desk.database.reading() as session:
        assert [row.number for row in versions_of(session, slug="uji", on=date(2030, 1, 1))] == [
            "2.0",
            "1.0",
        ]
    desk.start()
    assert desk.draft.base_number == "2.0"
    desk.reword("UJ-1.1")
    with desk.database.reading() as session:
        assert session.get_one(HandbookVersion, published(desk, ahead=30)).number == "4.0"


def test_a_version_in_force_is_not_withdrawn(desk: Desk) -> None:
    desk.reword("UJ-1.1")
    version_id = published(desk)
    with desk.database.transaction() as session, pytest.raises(DomainError, match="sudah berkuat"):
        services.withdraw_version(session, desk.cast.chong, version_id=version_id, at=desk.at)


def test_its_day_is_noticed_once_however_many_nodes_look(desk: Desk) -> None:
    services.bring_into_force(desk.database, desk.at)
    desk.reword("UJ-1.1")
    published(desk, ahead=1)
    assert services.bring_into_force(desk.database, desk.at) == 0
    tomorrow = desk.at + timedelta(days=1)
    assert services.bring_into_force(desk.database, tomorrow) == 1
    assert services.bring_into_force(desk.database, tomorrow) == 0


def test_a_draft_whose_base_was_overtaken_is_not_published(desk: Desk) -> None:
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at))
    with desk.database.transaction() as session:
        row = session.get_one(HandbookVersion, desk.draft.base_version_id)
        session.add(
            HandbookVersion(
                **{
                    c.key: getattr(row, c.key)
                    for c in HandbookVersion.__table__.columns
                    if c.key not in ("id", "number", "effective_on")
                },
                number="9.0",
                effective_on=local_date(desk.at) + timedelta(days=9),
            )
        )
    with pytest.raises(DomainError, match="Versi lain diterbitkan"):
        desk.submit()
