"""Compliance: who must know what by when, and does he?

Purpose: assignments and exemptions, the computed status with its reason in words, the officer's home, the supervisor's
desk, the director's page, reminders and exports. It computes from what the rooms below keep and pushes nothing down.
Stands on: quizzes, acknowledgements, handbooks, people, audit, access, web, mail, jobs, db.
"""
