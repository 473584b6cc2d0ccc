"""Do we all understand a rule in the same way, and is it the right way? Measured from counts, told rule by rule and office by office.

A job makes a batch each night: what may be shown of the counts is copied into released cells, and everything that pages, exports
and the JSON interface show is computed from those and stored. Pages read the stored measures only (`queries.py`); they never read
answers, counts or cells. What it does not do: mark officers, rank offices. It stands on quizzes, briefings and quality.
"""
