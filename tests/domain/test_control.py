from datetime import UTC, datetime

import pytest

from bot.domain.control import ATTEMPTS, LIFETIME, enter, issue
from bot.domain.errors import Refusal

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_a_right_code_works_once_however_it_is_typed() -> None:
    used = enter(issue("ABCD-2345", NOW), " abcd 2345 ", NOW)
    assert used.used
    with pytest.raises(Refusal, match="code_expired"):
        enter(used, "ABCD-2345", NOW)


def test_a_code_dies_after_its_lifetime_and_after_five_wrong_entries() -> None:
    code = issue("ABCD", NOW)
    with pytest.raises(Refusal, match="code_expired"):
        enter(code, "ABCD", NOW + LIFETIME)
    for _ in range(ATTEMPTS):
        code = enter(code, "WRONG", NOW)
        assert not code.used
    with pytest.raises(Refusal, match="code_expired"):
        enter(code, "ABCD", NOW)


def test_the_code_itself_is_not_kept() -> None:
    assert "ABCD" not in repr(issue("ABCD", NOW))
