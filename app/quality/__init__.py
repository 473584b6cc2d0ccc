"""The quality of questions: is the question at fault, or the officer? Item statistics, disputes, proposals of quarantine.

It stands on the quizzes, whose answers a job reads; pages read the results only. It decides nothing: people do.
"""
