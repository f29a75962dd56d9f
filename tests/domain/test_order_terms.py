from datetime import date

import pytest

from bot.domain.admin_center import PATHS, Page, path_to
from bot.domain.order_terms import DeskKind, last_day

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("desk", "on_po", "country", "expected"),
    [
        (DeskKind.ADMIN_CENTER, False, None, date(2026, 11, 25)),
        (DeskKind.WEBHOOK, False, None, date(2026, 11, 25)),
        (None, False, None, date(2026, 11, 25)),
        (DeskKind.ADMIN_CENTER, False, "US", date(2026, 11, 25)),  # Thanksgiving comes after
        (DeskKind.PARTNER, False, None, date(2026, 12, 4)),
        (DeskKind.PARTNER, False, "ES", date(2026, 12, 4)),
        (DeskKind.PARTNER, False, "US", date(2026, 12, 7)),
        (DeskKind.ADMIN_CENTER, True, None, date(2027, 1, 1)),
        (DeskKind.PARTNER, True, None, date(2027, 1, 1)),
    ],
)
def test_an_order_is_pending_for_its_working_days(
    desk: DeskKind | None, on_po: bool, country: str | None, expected: date
) -> None:
    assert last_day(SUNDAY, desk, on_po=on_po, country=country) == expected


def test_people_act_at_two_of_the_desks() -> None:
    assert [desk for desk in DeskKind if desk.by_hand] == [DeskKind.ADMIN_CENTER, DeskKind.PARTNER]


def test_the_newest_path_that_is_known_is_shown() -> None:
    assert path_to(Page.BUY, date(2020, 1, 1)).steps["en"][0] == "Billing"
    assert path_to(Page.BUY, date(2024, 11, 17)).since == date(2017, 10, 1)
    assert path_to(Page.BUY, date(2024, 11, 18)).steps["en"][0] == "Marketplace"
    with pytest.raises(LookupError):
        path_to(Page.PAYMENT, date(2020, 1, 1))


def test_every_page_has_a_path_in_both_languages_and_a_link_into_the_admin_center() -> None:
    assert {path.page for path in PATHS} == set(Page)
    for path in PATHS:
        assert set(path.steps) == {"en", "es"}
        assert all(path.steps.values())
        assert path.link.startswith("https://admin.microsoft.com/")
