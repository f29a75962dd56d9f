"""`setup-code`: a one-time code with which an installer proves control where no role can be read."""

import secrets

from bot.cli.books import Books, at_books
from bot.cli.operators import Operator, operator
from bot.cli.values import Json, Tenant

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that two people read differently
GROUPS, GROUP_SIGNS = 2, 4  # 31^8 codes, five attempts, fifteen minutes


def setup_code(as_json: Json = False, tenant: Tenant = "") -> int:
    who = operator()
    return at_books(who, tenant, lambda books: _issue(books, who, as_json=as_json))


async def _issue(books: Books, who: Operator, *, as_json: bool) -> int:
    from bot.domain.control import LIFETIME
    from bot.usecases.prove_control import issue_code

    code = new_code()
    await issue_code(books.store, books.clock, books.tenant, books.actor, code)
    expires_at = books.clock.now() + LIFETIME
    if as_json:
        who.print_json({"code": code, "expires_at": expires_at.isoformat(timespec="seconds"), "tenant": books.tenant})
        return 0
    who.out.print(code, style="bold")
    who.say("cli.setup_code", minutes=int(LIFETIME.total_seconds()) // 60)
    return 0


def new_code() -> str:
    """`7KQM-3XWD`."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_SIGNS)) for _ in range(GROUPS))
