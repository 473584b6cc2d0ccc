"""Fixtures of question quality: the quiz's own, and the made-up department of uniformity."""

from tests.quizzes.conftest import present, taking, taking_as
from tests.uniformity.conftest import world

__all__ = ["present", "taking", "taking_as", "world"]
