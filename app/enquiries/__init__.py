"""Enquiries: "I don't understand this rule" goes to its author and is answered in public.

Does not change a rule: a wording that confuses is mended in the next version (publishing). Stands on: handbooks, people,
audit, access, web, mail.

Besides the usual files: `letters.py` writes the mail that brings an answer. The rule's own page stands here, because it
shows what was asked about the rule.
"""
