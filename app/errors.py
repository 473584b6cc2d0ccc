"""What cannot be done, in words fit for the page."""


def N_(text: str) -> str:  # noqa: N802  # gettext's own name for "translate later"
    """Mark a Malay text for translation where it is shown; return it unchanged."""
    return text


class DomainError(Exception):
    """An act that cannot be done.

    `text` is a Malay sentence (a message id) with named placeholders, `facts` fill them. `field` names the form field
    that the sentence belongs to, where there is one.
    """

    def __init__(self, text: str, *, field: str | None = None, **facts: object) -> None:
        super().__init__(text % facts if facts else text)
        self.text = text
        self.facts = facts
        self.field = field


class NotFoundError(DomainError):
    """The thing does not exist, or not for this person: the page never says which."""


class RefusedError(DomainError):
    """The person may not do this."""


class ContentError(DomainError):
    """Faults in content files: `faults` are lines `file:line: sentence`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults).replace("%", "%%"))
        self.faults = faults
