"""Handbooks: what is to be known, as immutable versions made of numbered rules.

Purpose: check and load the content files, keep every version's source and hashes, the reading page. It does not know
who must read what. Stands on: people, audit, access, web, db.
"""
