"""Ways around the policy of approvals: another currency, another spelling, people who have left, repetition."""

import pytest

from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.policy import Band, Caps, Policy, Scale
from bot.domain.requests import Recharge
from bot.usecases.propose_recharge import propose_recharge
from cards.actions import Verb
from tests.commands.talk import Talk, signed
from tests.fakes import ANA, TENANT
from tests.usecases.world import World, by, eur

STRICT = Policy(2, (Scale("EUR", (Band(None, 3, needs_finance=True),), Caps(day=eur(100)), standing=eur(50)),))


def dollars(amount: int) -> Money:
    return Money.of(amount, "USD")


async def test_a_button_that_names_another_currency_than_the_wallets_proposes_nothing(world: World) -> None:
    for currency in ("USD", "KWD", "eur", "XXX"):
        await Talk(world, ANA).press(signed(Verb.RECHARGE_AMOUNT, "d1", 0), amount="199", currency=currency)
    assert await world.requests() == []


def test_a_currency_that_the_policy_does_not_name_is_no_way_around_it() -> None:
    for amount in (1, 200, 2_000, 10_000):
        wanted = STRICT.wanted(dollars(amount))
        assert (wanted.approvals, wanted.needs_finance) == (3, True)
    assert STRICT.scale("USD").standing is None


def test_nor_does_what_the_policy_lets_pass_in_one_currency_pass_in_another() -> None:
    generous = Policy(2, (Scale("EUR", (Band(None, 1),), standing=eur(5_000)),))
    assert generous.wanted(dollars(1_000)).approvals == 2
    assert generous.wanted(dollars(2_001)).needs_finance


@pytest.mark.parametrize("spelling", ["po-7", " PO-7", "PO -7", "PO–7", "ＰＯ-7", "PO-\u200b7"])
async def test_a_cap_by_purchase_order_holds_however_its_number_is_typed(world: World, spelling: str) -> None:
    await world.adopt(Policy(2, (Scale("EUR", (Band(),), Caps(po=eur(600))),)))
    for id_, number in (("r1", "PO-7"), ("r2", spelling)):
        recharge = Recharge(eur(500), "phones", number)
        await propose_recharge(world.store, world.clock, TENANT, id_, by(ANA), recharge)
    await world.submit("r1")
    await world.approve("r1")
    with pytest.raises(Refusal) as refused:
        await world.submit("r2")
    assert refused.value.code == "cap_po"
