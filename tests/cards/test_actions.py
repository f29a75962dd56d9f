"""Buttons: what was signed reads back, and nothing else does."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.people import TenantId
from cards.actions import MAC_BYTES, Button, Buttons, Signer, Verb

TENANT = TenantId("tenant-1")
OTHER = TenantId("tenant-2")
OLD, NEW = b"the old key, of enough bytes", b"the new key, of enough bytes"
SIGNER = Signer((NEW, OLD))
BUTTON = Button(TENANT, "request.approve", "r1", 3)

texts = st.text(max_size=40)
buttons = st.builds(Button, st.just(TENANT), texts, texts, st.integers(0, 2**31 - 1))
values = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.lists(st.text())


@given(buttons)
def test_what_was_signed_reads_back(button: Button) -> None:
    assert SIGNER.read(button.verb, SIGNER.sign(button), TENANT) == button


@given(buttons, buttons)
def test_two_buttons_never_carry_one_signature(one: Button, other: Button) -> None:
    assert (SIGNER.sign(one)["m"] == SIGNER.sign(other)["m"]) == (one == other)


def test_where_one_part_ends_and_the_next_begins_is_signed() -> None:
    assert SIGNER.sign(Button(TENANT, "ab", "c"))["m"] != SIGNER.sign(Button(TENANT, "a", "bc"))["m"]


def test_a_button_of_an_older_key_is_still_read() -> None:
    assert SIGNER.read(BUTTON.verb, Signer((OLD,)).sign(BUTTON), TENANT) == BUTTON


def test_the_newest_key_signs() -> None:
    assert SIGNER.sign(BUTTON) == Signer((NEW,)).sign(BUTTON)


def test_a_button_of_a_key_that_was_given_up_is_not_read() -> None:
    assert Signer((NEW,)).read(BUTTON.verb, Signer((OLD,)).sign(BUTTON), TENANT) is None


def test_a_button_of_another_tenant_is_not_read() -> None:
    assert SIGNER.read(BUTTON.verb, SIGNER.sign(BUTTON), OTHER) is None
    assert SIGNER.read(BUTTON.verb, SIGNER.sign(BUTTON) | {"t": OTHER}, OTHER) is None


def test_a_button_with_another_verb_is_not_read() -> None:
    assert SIGNER.read("request.reject", SIGNER.sign(BUTTON), TENANT) is None
    assert SIGNER.read("request.reject", SIGNER.sign(BUTTON) | {"verb": "request.reject"}, TENANT) is None


@pytest.mark.parametrize(
    "change",
    [
        {"r": "r2"},
        {"r": None},
        {"r": 1},
        {"r": "r" * 201},
        {"v": 4},
        {"v": "3"},
        {"v": 3.0},
        {"v": True},
        {"v": -1},
        {"v": 2**31},
        {"v": None},
        {"t": None},
        {"t": ["tenant-1"]},
        {"k": None},
        {"k": "nobody's"},
        {"k": ["a"]},
        {"m": None},
        {"m": ""},
        {"m": b"bytes"},
        {"m": "é\udcff"},
        {"m": "A" * 22},
        {"verb": None},
    ],
)
def test_a_button_that_was_tampered_with_is_not_read(change: dict[str, Any]) -> None:
    assert SIGNER.read(BUTTON.verb, SIGNER.sign(BUTTON) | change, TENANT) is None


@pytest.mark.parametrize("key", ["verb", "t", "r", "v", "k", "m"])
def test_a_button_that_lacks_a_part_is_not_read(key: str) -> None:
    data = SIGNER.sign(BUTTON)
    del data[key]
    assert SIGNER.read(BUTTON.verb, data, TENANT) is None


@given(st.dictionaries(st.sampled_from(["verb", "t", "r", "v", "k", "m", "x"]), values))
def test_no_nonsense_is_ever_read_or_raises(data: dict[str, Any]) -> None:
    assert SIGNER.read("request.approve", data, TENANT) is None


def test_inputs_and_arguments_beside_the_signed_part_do_not_matter() -> None:
    data = SIGNER.sign(BUTTON) | {"comment": "fine", "amount": "5"}
    assert SIGNER.read(BUTTON.verb, data, TENANT) == BUTTON


def test_a_button_tells_no_key_and_at_least_128_bits_of_signature() -> None:
    data = SIGNER.sign(BUTTON)
    assert len(data["m"]) * 6 >= MAC_BYTES * 8 >= 128
    assert NEW.decode() not in repr(data)
    assert repr(SIGNER) == "Signer(2 keys)"


@pytest.mark.parametrize("keys", [(), (b"short",), (NEW, b"")])
def test_a_signer_without_a_good_key_is_refused(keys: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        Signer(keys)


def test_an_argument_cannot_take_the_place_of_a_signed_part() -> None:
    with pytest.raises(ValueError, match="t belongs to the signed part"):
        Buttons(SIGNER, TENANT).press("Say", Verb.SAY, args={"t": "x"})


def test_a_button_without_a_request_is_one_of_revision_zero() -> None:
    data = Buttons(SIGNER, TENANT).press("See usage", Verb.USAGE_SHOW, args={"by": "month"}).render()["data"]
    assert SIGNER.read("usage.show", data, TENANT) == Button(TENANT, "usage.show", "", 0)
    assert data["by"] == "month"


def test_a_refresh_names_sixty_people_at_most_and_nobody_without_need() -> None:
    made = Buttons(SIGNER, TENANT)
    people = tuple(f"29:{number}" for number in range(61))
    refresh = made.refresh(Verb.REQUEST_SHOW, ("r1", 1), people)
    assert refresh is not None
    assert refresh.render()["userIds"] == list(people[:60])
    assert made.refresh(Verb.REQUEST_SHOW, ("r1", 1), ()) is None


def test_a_newer_revision_is_another_button() -> None:
    data = SIGNER.sign(BUTTON)
    assert SIGNER.read(BUTTON.verb, data | {"v": 4}, TENANT) is None
    newer = replace(BUTTON, revision=4)
    assert SIGNER.read(BUTTON.verb, SIGNER.sign(newer), TENANT) == newer
