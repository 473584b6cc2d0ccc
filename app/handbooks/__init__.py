"""Handbooks: what is to be known, as immutable versions made of numbered rules.

Purpose: check and load the content files, keep every version's source and hashes, the reading page. It does not know
who must read what. Stands on: people, audit, access, web, db.

Besides the usual files: `source.py` parses a book, `yaml_files.py` reads authors' YAML with line numbers, `folder.py`
checks a handbook's folder as a whole, `seal.py` writes hashes back, `markdown.py` makes safe HTML, `reading.py` prepares the
page. Search: `stems.py` knows words and their stems, `search.py` asks the database, `hits.py` orders and cuts
what was found. On paper: `markdown_tree.py` and `typeset.py` make the book, `printing.py` keeps it for ever.
From version to version: `comparing.py` sets two beside each other, `rule_life.py` reads one rule through all of them.
Between any two Markdown files (`diff_command.py`): `documents.py` reads and pairs files, `plain.py` and `blocks.py` make blocks,
`pairs.py` holds what is matched by `exact.py`, `likeness.py`, `edits.py` and `splits.py`, `matching.py` tells the changes.
"""
