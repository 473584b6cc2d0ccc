"""Audit: what happened, as declared events in hash chains that nobody can edit unseen.

Purpose: record every act as an event with a declared name and exact facts; verify the chains; the auditor's reading
room. It does not decide anything and knows no other room. Stands on: access, web, db.
"""
