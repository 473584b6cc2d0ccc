"""Quizzes: questions pinned to rules, attempts, answers, grades, and counts of responses.

Purpose: check and load the quiz files, draw attempts, keep each choice as it is made, grade once, explain. It does not
know acknowledgements, nor who must pass what. Stands on: handbooks, people, audit, access, web, db.

Besides the usual files: `source.py` reads and checks a quiz file, `pins.py` writes pins into it, `loading.py` brings it
into the database, `saving.py` keeps one choice in one statement (the hot path), `explaining.py` prepares the result page,
`bank.py` the authors' page, `counting.py` keeps and rebuilds the response counts.
"""
