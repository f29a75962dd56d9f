"""The protocol: how text is quoted, and what Graph's words about time mean."""

import pytest

from bot.graph.protocol import Answer, Call, clause, failure, literal, pause_of, query, words
from bot.ports.errors import Retry, Unknown


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": " 12 "}, 12.0),
        ({"retry-after": "999999999"}, 3_600.0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1e9"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
        ({"retry-after": "Sun, 22 Nov 2026 09:01:00 GMT", "date": "Sun, 22 Nov 2026 09:00:00 GMT"}, 60.0),
        ({"retry-after": "Sun, 22 Nov 2026 08:00:00 GMT", "date": "Sun, 22 Nov 2026 09:00:00 GMT"}, 0.0),
        ({"retry-after": "Sun, 22 Nov 2026 09:01:00 GMT"}, None),
    ],
)
def test_a_pause_is_seconds_or_a_moment_and_at_most_an_hour(told: dict[str, str], seconds: float | None) -> None:
    assert pause_of(Answer(429, told)) == seconds


def test_quotes_in_a_filter_are_doubled() -> None:
    assert literal("o'brien' or 1 eq 1 or mail eq '") == "'o''brien'' or 1 eq 1 or mail eq '''"


def test_quotes_and_backslashes_in_a_search_are_escaped() -> None:
    assert clause("displayName", 'a"b\\') == '"displayName:a\\"b\\\\"'


def test_options_are_encoded_whole() -> None:
    assert query(search="a&b #?+ñ", select="id,mail") == "?$search=a%26b%20%23%3F%2B%C3%B1&$select=id,mail"


def test_long_words_are_cut() -> None:
    assert words("x" * 5_000) == ["x" * 100]


def test_a_broken_answer_is_retry_for_a_read_and_unknown_for_a_write() -> None:
    assert isinstance(failure(Call("a", "/a", "P"), Answer(500)), Retry)
    assert isinstance(failure(Call("a", "/a", "P", "POST", repeatable=False), Answer(500)), Unknown)
    assert isinstance(failure(Call("a", "/a", "P", "POST", repeatable=False), Answer(429)), Retry)
