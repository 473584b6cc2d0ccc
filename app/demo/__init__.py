"""Demo: a made-up department of any size, with six months of history, from a seed.

Purpose: give a newcomer a working portal and the benches their load. Its people can never exist in production: the
command refuses there, and a production server refuses to start on a database that holds them. Nothing here is about a
real person or a real office's performance. Stands on all other rooms.

Pure helpers, by noun: `names.py`, `places.py`, `offices.py` (the tree), `cast.py` (who can sign in), `people.py`
(officers, postings, roles), `content.py` (what there is to know, read once), `habits.py` (how offices read rules),
`quiz_days.py` (attempts and answers), `duties.py` (assignments, acknowledgements, exemptions, reminders). Hands:
`bulk.py` (rows into tables, in batches), `chain.py` (events into a lane of the audit).
"""
