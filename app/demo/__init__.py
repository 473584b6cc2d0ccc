"""Demo: a made-up department of any size, with six months of history, from a seed.

Purpose: give a newcomer a working portal and the benches their load. Its people can never exist in production: the
command refuses there, and a production server refuses to start on a database that holds them.
"""
