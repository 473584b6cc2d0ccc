"""Quizzes: questions pinned to rules, attempts, answers, grades, and counts of responses.

Purpose: check and load the quiz files, draw attempts, keep each choice as it is made, grade once, explain. It does not
know acknowledgements, nor who must pass what. Stands on: handbooks, people, audit, access, web, db.
"""
