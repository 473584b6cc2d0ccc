"""What the tests of enquiries share: a question asked, an answer given."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from app.access.policy import Actor
from app.db import Database
from app.enquiries import queries, services
from app.enquiries.queries import EnquiryRow
from app.enquiries.services import Letter, PublicWords
from app.handbooks import queries as handbooks
from app.handbooks.models import Rule

ASKED = "Tempoh 60 hari dikira dari tarikh mana?"
WORDS = PublicWords(
    "Bilakah 60 hari bermula?",
    "When do the 60 days begin?",
    "Dari tarikh kelahiran.",
    "From the day of birth.",
)


@dataclass
class Asking:
    """Acts on enquiries about UJ-1.2, in short words."""

    database: Database
    at: datetime
    letters: list[EnquiryRow] = field(default_factory=list)

    def rule_id(self, name: str = "UJ-1.2") -> int:
        """Return the id of a rule."""
        with self.database.reading() as session:
            found = session.scalar(select(Rule.id).where(Rule.code == name))
        assert found
        return found

    def version_id(self, number: str = "2.0") -> int:
        """Return the id of a version."""
        with self.database.reading() as session:
            found = handbooks.version_row(session, slug="uji", number=number, on=date(2026, 11, 24))
        assert found
        return found.id

    def ask(
        self,
        actor: Actor,
        text: str = ASKED,
        *,
        rule: str = "UJ-1.2",
        version: str = "2.0",
        language: str = "ms",
        at: datetime | None = None,
    ) -> int:
        """Ask about a rule; return the enquiry's id."""
        rule_id, version_id = self.rule_id(rule), self.version_id(version)
        with self.database.transaction() as session:
            return services.ask_about_rule(
                session,
                actor,
                rule_id=rule_id,
                version_id=version_id,
                language=language,
                text=text,
                at=at or self.at,
            )

    def compose(self, row: EnquiryRow) -> Letter:
        """Write a letter that shows what it was made of."""
        self.letters.append(row)
        return Letter(f"{row.code} {row.state}", row.answer(row.language))

    def answer(self, actor: Actor, enquiry_id: int, words: PublicWords = WORDS) -> None:
        """Answer in public."""
        with self.database.transaction() as session:
            services.answer_enquiry(
                session,
                actor,
                enquiry_id=enquiry_id,
                words=words,
                compose=self.compose,
                at=self.at,
            )

    def decline(self, actor: Actor, enquiry_id: int, reason: str = "Ini kes seorang.") -> None:
        """Answer the asker alone."""
        with self.database.transaction() as session:
            services.decline_enquiry(
                session,
                actor,
                enquiry_id=enquiry_id,
                reason=reason,
                compose=self.compose,
                at=self.at,
            )

    def row(self, enquiry_id: int) -> EnquiryRow:
        """Return an enquiry as it is."""
        with self.database.reading() as session:
            found = queries.enquiry_row(session, enquiry_id=enquiry_id, language="ms")
        assert found
        return found
