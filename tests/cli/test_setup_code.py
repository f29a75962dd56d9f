"""`setup-code`: shown once, good for one installer and fifteen minutes."""

import asyncio
from datetime import datetime

import pytest

from bot.cli.books import Books, open_books
from bot.cli.setup_code import ALPHABET, new_code
from bot.config import read_settings
from bot.domain.errors import Refusal
from bot.domain.people import PersonId
from bot.domain.settings import NamedPerson
from bot.sandbox.world import TENANT
from bot.usecases.prove_control import enter_code
from bot.usecases.settings import load_settings
from tests.cli.conftest import Cli

ANA = NamedPerson(PersonId("ana"), "Ana")


def _enter(cli: Cli, code: str) -> tuple[NamedPerson, ...]:
    async def entered(books: Books) -> tuple[NamedPerson, ...]:
        await enter_code(books.store, books.clock, TENANT, ANA, code)
        return (await load_settings(books.store, TENANT)).proven

    async def open_and_enter() -> tuple[NamedPerson, ...]:
        settings = read_settings({"SALDO_DATA": str(cli.folder)})
        async with open_books(settings, TENANT, PersonId("x")) as books:
            return await entered(books)

    return asyncio.run(open_and_enter())


def test_the_code_proves_control_once(cli: Cli) -> None:
    told = cli("setup-code", "--json").json
    assert told["tenant"] == TENANT
    assert datetime.fromisoformat(told["expires_at"]).tzinfo is not None
    assert _enter(cli, told["code"].lower().replace("-", " ")) == (ANA,)
    with pytest.raises(Refusal, match="code_expired"):
        _enter(cli, told["code"])


def test_a_new_code_ends_the_one_before(cli: Cli) -> None:
    first = cli("setup-code", "--json").json["code"]
    ran = cli("setup-code")
    assert ran.status == 0
    code, what_to_do = ran.out.split("\n", 1)
    assert "15 minutes" in what_to_do
    with pytest.raises(Refusal, match="code_wrong"):
        _enter(cli, first)
    assert _enter(cli, code) == (ANA,)


def test_codes_differ_and_hold_nothing_that_is_misread() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert set("".join(codes)) <= {*ALPHABET, "-"}
    assert not {"0", "O", "1", "I", "L"} & set(ALPHABET)
