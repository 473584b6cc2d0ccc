"""Publishing: how a handbook's next version is written, reviewed, approved by another person, and comes into force.

Does not read published versions to readers (handbooks) and never edits one. Counts beforehand what publishing will ask of
whom, so it stands above compliance. Stands on: compliance, acknowledgements, quizzes, enquiries, handbooks, people, audit,
access, web, jobs.
"""
