import asyncio
from dataclasses import replace

import pytest

from bot.domain.errors import Refusal
from bot.domain.events import Reject
from bot.domain.money import Money
from bot.domain.requests import Recharge, Request, State
from bot.domain.settings import Account, Settings
from bot.ports.collections import REQUESTS
from bot.usecases.propose_recharge import (
    DRAFT_LIVES,
    LARGEST,
    MOST_OPEN,
    PO_LIMIT,
    REASON_LIMIT,
    check_recharge,
    propose_recharge,
    submit_request,
    withdraw_request,
)
from tests.fakes import ANA, LUIS, TENANT
from tests.usecases.world import World, by, eur

EUR_500 = Recharge(eur(500), "new phones")


async def propose(world: World, recharge: Recharge = EUR_500, id_: str = "r1") -> Request:
    return await propose_recharge(world.store, world.clock, TENANT, id_, by(ANA), recharge)


def refused(recharge: Recharge, settings: Settings | None = None) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        check_recharge(recharge, settings or Settings())
    return refusal.value


@pytest.mark.parametrize("account", [None, Account.MOSA, Account.EA, Account.CSP])
def test_texts_are_trimmed_and_every_account_but_mca_may_buy(account: Account | None) -> None:
    checked = check_recharge(Recharge(eur(500), "  new phones ", " PO-1\n"), Settings(account=account))
    assert checked == Recharge(eur(500), "new phones", "PO-1")


def test_under_mca_nothing_can_be_bought() -> None:
    assert refused(EUR_500, Settings(account=Account.MCA)).code == "mca_cannot_buy"
    assert refused(EUR_500, Settings(account=Account.EA)).code == "po_number_missing"


@pytest.mark.parametrize(
    ("micros", "code"),
    [
        (0, "amount_not_positive"),
        (-1, "amount_not_positive"),
        (LARGEST + 10_000, "amount_too_large"),
        (1, "amount_too_fine"),
        (10_001, "amount_too_fine"),
    ],
)
def test_a_sum_that_nobody_can_pay_is_refused(micros: int, code: str) -> None:
    assert refused(Recharge(Money(micros, "EUR"))).code == code


def test_a_cent_and_a_thousand_million_can_be_asked_for() -> None:
    for micros in (10_000, LARGEST):
        assert check_recharge(Recharge(Money(micros, "EUR")), Settings()).amount.micros == micros


def test_texts_have_a_length_that_the_refusal_tells() -> None:
    long_reason = replace(EUR_500, reason="x" * (REASON_LIMIT + 1))
    assert refused(long_reason).values == {"limit": REASON_LIMIT}
    assert refused(replace(EUR_500, po_number="x" * (PO_LIMIT + 1))).values == {"limit": PO_LIMIT}
    longest = replace(EUR_500, reason="x" * REASON_LIMIT, po_number="x" * PO_LIMIT)
    assert check_recharge(longest, Settings()) == longest


async def test_a_proposal_is_a_draft_that_is_swept_away_when_nobody_sends_it(world: World) -> None:
    request = await propose(world)
    assert (request.state, request.open, request.requester) == (State.DRAFT, False, ANA.id)
    assert await world.request() == request
    jobs = await world.jobs()
    assert list(jobs) == ["sweep_draft:r1"]
    assert jobs["sweep_draft:r1"].due_at == world.clock.now() + DRAFT_LIVES
    assert await world.verbs() == ["request.draft"]


async def test_the_same_proposal_again_changes_nothing(world: World) -> None:
    first = await propose(world)
    world.clock.move(minutes=5)
    assert await propose(world) == first
    assert await world.verbs() == ["request.draft"]


async def test_another_sum_under_the_same_id_is_a_new_revision_of_the_draft(world: World) -> None:
    await propose(world)
    request = await propose(world, Recharge(eur(600)))
    assert (request.revision, request.asked.amount) == (2, eur(600))


async def test_a_request_that_was_sent_is_the_answer_to_the_same_and_refuses_anything_else_by_name(
    world: World,
) -> None:
    await propose(world)
    sent = await submit_request(world.store, world.clock, TENANT, "r1", by(ANA))
    assert await propose(world) == sent
    with pytest.raises(Refusal, match="request_id_reused"):
        await propose(world, Recharge(eur(9_000)))
    assert (await world.request()).asked.amount == eur(500)


async def test_somebody_elses_draft_cannot_be_changed_sent_or_withdrawn(world: World) -> None:
    await propose(world)
    store, clock = world.store, world.clock
    with pytest.raises(Refusal, match="not_the_requester"):
        await propose_recharge(store, clock, TENANT, "r1", by(LUIS), Recharge(eur(1)))
    for verb in (submit_request, withdraw_request):
        with pytest.raises(Refusal, match="not_the_requester"):
            await verb(store, clock, TENANT, "r1", by(LUIS))
    assert (await world.request()).asked == EUR_500


async def test_the_same_form_sent_twice_at_once_is_one_draft(world: World) -> None:
    first, second = await asyncio.gather(propose(world), propose(world))
    assert first == second
    assert await world.verbs() == ["request.draft"]


async def test_of_two_proposals_at_once_the_later_one_revises(world: World) -> None:
    async def rival() -> None:
        await propose(world)

    request = await propose(world.beside(rival), Recharge(eur(600)))
    assert (request.revision, request.asked.amount) == (2, eur(600))
    assert await world.store.count(REQUESTS, TENANT) == 1


async def test_who_has_many_requests_that_nobody_has_answered_sends_no_more(world: World) -> None:
    for number in range(MOST_OPEN):
        await world.send(f"r{number}")
    await world.draft("one more")
    with pytest.raises(Refusal) as refusal:
        await world.submit("one more")
    assert (refusal.value.code, refusal.value.values) == ("too_many_open", {"limit": MOST_OPEN})
    await world.approve("r0")
    await world.decide("r1", LUIS, Reject())
    assert (await world.submit("one more")).state is State.PENDING


async def test_a_requester_withdraws_what_is_still_open(world: World) -> None:
    await world.send()
    request = await withdraw_request(world.store, world.clock, TENANT, "r1", by(ANA))
    assert (request.state, request.open) == (State.WITHDRAWN, False)
    with pytest.raises(Refusal, match="state_withdrawn"):
        await submit_request(world.store, world.clock, TENANT, "r1", by(ANA))
