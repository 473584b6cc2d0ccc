"""Acknowledgements: "I have read version N". The specimen room: read it first, all others look alike.

Purpose: one act per officer and version, proven by the row and its receipt for ever. It does not know quizzes, nor who
must acknowledge what. Stands on: handbooks, people, audit, access, web, db.

Besides the usual files: `receipt_pdf.py` typesets the receipt from `receipt.typ`.
"""
