"""The main navigation: what each person is offered, by permission."""

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel import gettext

from app.access.guard import current_actor
from app.access.policy import Permission, may
from app.errors import N_


@dataclass(frozen=True)
class Item:
    """One entry: a label, where it leads, whether the reader is in that part."""

    label: str
    url: str
    current: bool


BRIEFINGS = ("briefings.index", "briefings.new", "briefings.show")
# label, endpoint, permission; the reader is "in" the entry of the same endpoint or one listed behind it
ENTRIES: tuple[tuple[str, str, Permission, tuple[str, ...]], ...] = (
    (N_("Utama"), "compliance.home", Permission.DUTY_OWN, ("quizzes.",)),
    (
        N_("Buku panduan"),
        "handbooks.shelf",
        Permission.HANDBOOK_READ,
        ("handbooks.", "enquiries.rule"),
    ),
    (N_("Rekod saya"), "compliance.record", Permission.DUTY_OWN, ("acknowledgements.",)),
    (N_("Pejabat saya"), "compliance.desk", Permission.OFFICE_STATUS, ()),
    (
        N_("Keseragaman"),
        "uniformity.nation",
        Permission.UNIFORMITY_READ,
        ("uniformity.", *BRIEFINGS),
    ),
    (N_("Taklimat berperingkat"), "rollouts.index", Permission.ROLLOUT_JOIN, ("rollouts.",)),
    (N_("Banding pejabat"), "compliance.offices", Permission.OFFICE_COMPARE, ()),
    (N_("Tugasan"), "compliance.assignments", Permission.ASSIGNMENT_MANAGE, ()),
    (N_("Penulisan"), "publishing.drafts", Permission.DRAFT_READ, ("publishing.",)),
    (N_("Pertanyaan"), "enquiries.inbox", Permission.ENQUIRY_ANSWER, ("enquiries.answer",)),
    (
        N_("Soalan"),
        "quizzes.bank",
        Permission.QUESTION_READ,
        ("quizzes.stale", "quizzes.edit_question", "quizzes.question_drafts", "quality."),
    ),
    (N_("Pegawai"), "people.officers", Permission.PEOPLE_MANAGE, ()),
    (N_("Pejabat"), "people.offices", Permission.PEOPLE_MANAGE, ()),
    (N_("Sasaran"), "uniformity.targets", Permission.TARGET_SET, ("uniformity.set_target",)),
    (N_("Audit"), "audit.events", Permission.AUDIT_READ, ("audit.",)),
)


def navigation() -> list[Item]:
    """List the entries that the signed-in person may open."""
    actor = current_actor()
    here = request.endpoint or ""
    own = {name for _l, endpoint, _p, more in ENTRIES for name in (endpoint, *more)}
    return [
        Item(
            gettext(label),
            url_for(endpoint),
            here in (endpoint, *more) or (here not in own and here.startswith(more or ("none",))),
        )
        for label, endpoint, permission, more in ENTRIES
        if may(actor, permission)
    ]


def init_app(app: Flask) -> None:
    """Give templates the navigation and the person."""

    @app.context_processor
    def _person() -> dict[str, object]:
        try:
            actor = current_actor()
        except Exception:  # an error page must show even when the person cannot be loaded
            return {"actor": None, "navigation": []}
        return {"actor": actor, "navigation": navigation() if actor else []}
