"""The key that holds now. A version keeps the key it was asked with, and names the newest correction of it."""

from sqlalchemy import and_, func, or_
from sqlalchemy.orm import aliased

from app.quizzes.models import LIVE, QuestionVersion

# Join it from the outside: .outerjoin(CORRECTION, CORRECTS). Correcting lets older versions point at the newest one too,
# so there is never more than one step.
CORRECTION = aliased(QuestionVersion, name="correction")
CORRECTS = CORRECTION.id == QuestionVersion.corrected_by_id
KEY_NOW = func.coalesce(CORRECTION.key_choice, QuestionVersion.key_choice)
CONTENT_NOW = func.coalesce(CORRECTION.content, QuestionVersion.content)
# Live: the version itself or, where its key was corrected, the one that corrects it.
COUNTS_NOW = or_(
    and_(CORRECTION.id.is_(None), LIVE),
    and_(CORRECTION.state == "approved", CORRECTION.retired_at.is_(None)),
)
