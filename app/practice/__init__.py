"""Spaced review of single rules: what an officer is likely to have forgotten, asked for two minutes a day.

It stands on the quizzes: it takes their answers as reviews, asks their questions, and tells a draw which rules are due.
It measures nobody: practice answers never count as responses and never make a grade.
"""
