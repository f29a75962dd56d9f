"""How the rules say no.

`Refusal` is the only error that a rule raises on purpose; it becomes a card in one place (`cards/refusal.py`).
Everything else that escapes the domain is a bug.
"""


class Refusal(Exception):
    """A rule says no.

    `code` names the text in the catalogues (`refusal.<code>`); `values` fill its placeholders and hold domain
    values (Money, date, str, int), never formatted text.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    @property
    def has_moved_on(self) -> bool:
        """Somebody else, or a job, has moved what it was about: it is in another state by now."""
        return self.code.startswith("state_")

    def __repr__(self) -> str:
        return f"Refusal({self.code!r}, {self.values!r})"
