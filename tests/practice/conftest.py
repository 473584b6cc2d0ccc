"""Fixtures of practice: the quiz's own."""

from tests.quizzes.conftest import present, taking, taking_as

__all__ = ["present", "taking", "taking_as"]
