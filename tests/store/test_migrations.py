"""What earlier versions have written is read as what today's would write."""

from typing import Any

import pytest

from bot.store.migrations import audit_with_before_and_after


@pytest.mark.parametrize(
    ("verb", "details", "expected"),
    [
        (
            "settings.threshold",
            {"threshold": "None -> 300.00", "odd": "a -> b -> c", "plain": "x"},
            ({"odd": "a -> b -> c", "plain": "x"}, {"threshold": "None"}, {"threshold": "300.00"}),
        ),
        (
            "usage.import",
            {"new": "1", "rows_before": "1", "before": "x", "rows_after": "2", "after": "y"},
            ({"new": "1"}, {"rows": "1", "sums": "x"}, {"rows": "2", "sums": "y"}),
        ),
        ("usage.import", {"rows_after": "2", "after": "y"}, ({}, {}, {"rows": "2", "sums": "y"})),
        ("request.approve", {"comment": "a -> b"}, ({"comment": "a -> b"}, {}, {})),
    ],
)
def test_what_was_replaced_comes_out_of_the_details(
    verb: str, details: dict[str, str], expected: tuple[dict[str, str], ...]
) -> None:
    old: dict[str, Any] = {"verb": verb, "details": details, "schema": 1, "actor": "a"}
    new = audit_with_before_and_after(old)
    assert (new["details"], new["before"], new["after"]) == expected
    assert (new["verb"], new["actor"]) == (verb, "a")
    assert old["details"] is details  # what was read stays as it is
