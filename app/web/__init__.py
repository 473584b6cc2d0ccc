"""Web: the Flask furniture that all doors share; it knows no room.

Database of the request, languages, error pages, security headers, logs, asset addresses, filters, the base of forms.
"""
