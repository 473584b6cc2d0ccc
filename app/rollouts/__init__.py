"""Did it help? A briefing or a new version that reaches offices in waves drawn by lot, and what the lot lets us conclude.

It stands on the counts of quizzes by month, and on people for the offices. It never says anything of a single office.
"""
