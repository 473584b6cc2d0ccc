"""People: who serves where, with which roles, and how they sign in.

Purpose: offices as a tree, officers with dated postings, roles with a scope in the tree, sign-in and passwords,
the administrator's pages. It does not know duties, handbooks or quizzes. Stands on: audit, access, web, db.
"""
