"""Access: who may do what.

`policy` is the table of permissions, fit to be read aloud; `guard` puts it in front of every endpoint. Access knows no
room: it looks at plain facts about the person who asks.
"""
