"""The shape of a question of every kind. Pure.

A shape gives three things: `content()` is what is stored as JSON and shown, `key` the right answer as `answers.py` writes
answers, `alphabet` the signs an answer may hold, in order ("not sure" among them).
"""

from typing import Annotated

from pydantic import Discriminator

from app.quizzes.choice_shapes import ChoiceShape, TrueFalseShape
from app.quizzes.form_shapes import FormCheckShape
from app.quizzes.placing_shapes import MatchingShape, OrderingShape
from app.quizzes.written_shapes import NumericShape, ShortAnswerShape

QuestionShape = Annotated[
    ChoiceShape
    | TrueFalseShape
    | MatchingShape
    | OrderingShape
    | NumericShape
    | ShortAnswerShape
    | FormCheckShape,
    Discriminator("kind"),
]
