"""How bodies of older schemas become the present ones. Applied when something is read; what is stored stays as it is,
and with it the hashes of a stream. Pure functions; `documents.MIGRATIONS` says which is for what."""

from typing import Any

Fields = dict[str, Any]

_ARROW = " -> "
_USAGE = {"rows_before": "rows", "before": "sums"}, {"rows_after": "rows", "after": "sums"}


def audit_with_before_and_after(body: Fields) -> Fields:
    """Schema 1 told what was replaced inside `details`: of settings as `old -> new`, of usage under names of its
    own."""
    details = dict(body.get("details", {}))
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    if str(body["verb"]).startswith("settings."):
        for name in [name for name, text in details.items() if text.count(_ARROW) == 1]:
            before[name], _, after[name] = details.pop(name).partition(_ARROW)
    if body["verb"] == "usage.import":
        for names, found in zip(_USAGE, (before, after), strict=True):
            found |= {new: details.pop(old) for old, new in names.items() if old in details}
    return {**body, "details": details, "before": before, "after": after}
