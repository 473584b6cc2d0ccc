"""Briefings given at roll call: which rules, to whom, and the fresh questions that follow a week later.

It records and follows up; which rules an office should be briefed on is thought out above (`uniformity`). It stands on quizzes.
"""
