"""`policy`: how it stands, for those who may see figures; a form that fills itself; a change that others decide."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.people import Role
from bot.domain.policy import FALLBACK, Band, Caps, Policy, Scale
from bot.domain.requests import Kind, State
from bot.domain.settings import NamedGroup, NamedPerson
from bot.store.tiny import TinyStore
from bot.usecases.policy import load_policy
from cards.actions import Verb
from tests.commands.talk import Answer, Talk, signed
from tests.fakes import ANA, APPROVERS, CARMEN, EVA, LUIS, TENANT, TOM
from tests.usecases.world import EN, POLICY, World, eur

FULL = replace(
    POLICY,
    version=2,
    scales=(
        replace(
            POLICY.scales[0],
            caps=Caps(eur(5_000), eur(6_000), eur(7_000), eur(80_000), eur(9_000)),
            standing=eur(300),
            break_glass=eur(900),
        ),
    ),
    expires_after_days=30,
)


def inputs(node: Any) -> dict[str, str]:
    """What the form would send if nobody changed anything."""
    found: dict[str, str] = {}
    if isinstance(node, dict):
        if str(node.get("type", "")).startswith("Input."):
            found[node["id"]] = node.get("value", "")
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            found |= inputs(each)
    return found


@pytest.mark.parametrize(
    ("text", "locale", "first"),
    [
        ("policy", "en-US", "Up to €2,000.00 one approver is enough."),
        ("política", "es-ES", "Hasta 2.000,00\u00a0€ basta un aprobador."),
    ],
)
async def test_it_says_what_an_amount_takes(world: World, text: str, locale: str, first: str) -> None:
    answer = await Talk(world, LUIS, locale=locale).say(text)
    assert answer.first_line == first
    assert answer.verbs == [Verb.POLICY_OPEN, Verb.SETUP_OPEN]


async def test_while_none_was_chosen_the_fallback_is_shown_as_such(store: TinyStore) -> None:
    answer = await Talk(World(store), LUIS).say("policy")
    assert answer.first_line == "Up to €200.00 one approver is enough."
    assert EN.text("policy.fallback") in answer.shown


async def test_its_figures_are_for_those_who_may_see_the_wallet(world: World) -> None:
    answer = await Talk(world, TOM).say("policy")
    assert EN.text("refusal.not_allowed_view") in answer.first_line
    assert "2,000" not in answer.shown


async def test_who_may_only_look_is_offered_no_change(world: World) -> None:
    world.directory.roles[TOM.id] = frozenset({Role.GLOBAL_READER})
    assert (await Talk(world, TOM).say("policy")).verbs == [Verb.BALANCE_SHOW]
    opened = await Talk(world, TOM).press(signed(Verb.POLICY_OPEN))
    assert opened.text == EN.text("refusal.not_allowed_change_settings")


async def test_it_names_who_approves_and_leads_to_naming_others(world: World) -> None:
    assert EN.text("policy.finance_roles") in (await Talk(world, ANA).say("policy")).shown
    await world.configure(
        approver_group=NamedGroup(APPROVERS, "Saldo approvers"), approvers=(NamedPerson(CARMEN.id, CARMEN.name),)
    )
    answer = await Talk(world, ANA).say("policy")
    assert EN.text("policy.named_first", names="Saldo approvers, Carmen Soler") in answer.shown
    form = await Talk(world, ANA).press(answer.button(Verb.SETUP_OPEN))
    assert Verb.SETUP_APPROVERS in form.verbs
    asked = await Talk(world, ANA).press(form.button(Verb.SETUP_APPROVERS), people=EVA.id)
    assert "Eva Ruiz" in asked.shown
    (request,) = await world.requests()
    assert (request.kind, request.state) == (Kind.POLICY, State.PENDING)


async def test_own_purchases_can_be_gone_by(world: World) -> None:
    assert (await Talk(world, ANA).say("policy")).verbs == [Verb.POLICY_OPEN, Verb.SETUP_OPEN]
    await world.buy(400)
    answer = await Talk(world, ANA).say("policy")
    assert answer.verbs == [Verb.POLICY_OPEN, Verb.POLICY_OPEN, Verb.SETUP_OPEN]
    form = await Talk(world, ANA).press(answer.button(Verb.POLICY_OPEN, 1))
    assert (inputs(form.card)["limit_1"], inputs(form.card)["limit_2"]) == ("€500.00", "€5,000.00")


async def open_form(world: World, policy: Policy = FULL) -> Answer:
    if policy is not POLICY:
        await world.adopt(policy)
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name), NamedPerson(EVA.id, EVA.name)))
    answer = await Talk(world, ANA).say("policy")
    return await Talk(world, ANA).press(answer.button(Verb.POLICY_OPEN))


async def send(world: World, form: Answer, **changed: str) -> Answer:
    return await Talk(world, ANA).press(form.button(Verb.POLICY_ASK), **(inputs(form.card) | changed))


async def test_the_form_shows_the_policy_and_unchanged_says_so(world: World) -> None:
    form = await open_form(world)
    assert inputs(form.card)["break_glass"] == "€900.00"
    assert inputs(form.card)["finance_from"] == "3"
    answer = await send(world, form)
    assert answer.first_line == EN.text("refusal.policy_unchanged")
    assert inputs(answer.card) == inputs(form.card)


async def test_a_change_goes_to_the_others_and_what_would_be_otherwise_is_on_their_card(world: World) -> None:
    form = await open_form(world)
    await send(world, form, limit_1="1000", cap_day="", approvals_3="3", quiet_from="22")
    (request,) = await world.requests()
    assert request.policy_change is not None
    scale = request.policy_change.to.scale("EUR")
    assert (scale.bands[0].up_to, scale.caps.day, scale.bands[2].approvals) == (eur(1_000), None, 3)
    card = await Talk(world, CARMEN).press(signed(Verb.REQUEST_SHOW, request.id, 1))
    assert "€2,000.00" in card.shown
    assert "€1,000.00" in card.shown
    await Talk(world, CARMEN).press(card.button(Verb.REQUEST_APPROVE))
    await Talk(world, LUIS).press(card.button(Verb.REQUEST_APPROVE))
    await world.work()
    assert (await world.request(request.id)).state is State.DONE
    assert (await load_policy(world.store, TENANT)).version == 3


async def test_one_band_for_all_and_a_policy_of_many_bands_fit_the_form(world: World) -> None:
    many = replace(
        POLICY,
        version=2,
        scales=(Scale("EUR", (*(Band(eur(100 * n), 1) for n in range(1, 5)), Band(None, 2))),),
    )
    form = await open_form(world, many)
    assert [inputs(form.card)[name] for name in ("limit_1", "limit_2", "approvals_3")] == ["€100.00", "€200.00", "2"]
    await send(world, form, limit_1="", limit_2="", approvals_3="1", finance_from="never", expires_after_days="")
    (request,) = await world.requests()
    assert request.policy_change is not None
    assert request.policy_change.to.scale("EUR").bands == (Band(None, 1),)
    await world.adopt(replace(request.policy_change.to, version=3))
    form = await Talk(world, ANA).press(signed(Verb.POLICY_OPEN))
    assert (inputs(form.card).get("limit_1"), inputs(form.card)["approvals_1"]) == ("", "1")


@pytest.mark.parametrize(
    ("changed", "code", "values"),
    [
        ({"limit_1": "1.500"}, "amount_two_readings", {"text": "1.500", "one": eur(1500), "other": eur("1.50")}),
        ({"quiet_from": "eight"}, "number_malformed", {"text": "eight"}),
        ({"limit_1": "x"}, "amount_malformed", {"text": "x"}),
        ({"approvals_3": "5"}, "policy_deadlock", {"needed": 5, "eligible": 3}),
        ({"finance": "Nobody"}, "person_unknown", {"name": "Nobody"}),
        ({"version": "1"}, "policy_outdated", {}),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    world: World, changed: dict[str, str], code: str, values: dict[str, Any]
) -> None:
    form = await open_form(world)
    answer = await send(world, form, **changed)
    from bot.domain.errors import Refusal

    assert answer.first_line == EN.refusal(Refusal(code, **values))
    typed = inputs(answer.card)
    assert all(typed[name] == value for name, value in changed.items() if name in typed)
    assert await world.requests() == []


async def test_finance_is_named_by_a_group_and_people(world: World) -> None:
    form = await open_form(world)
    await send(world, form, finance="Saldo approvers, Eva Ruiz")
    (request,) = await world.requests()
    assert request.policy_change is not None
    to = request.policy_change.to
    assert to.finance_group == NamedGroup(APPROVERS, "Saldo approvers")
    assert to.finance == (NamedPerson(EVA.id, EVA.name),)
    assert FALLBACK.finance == ()


async def test_names_that_fit_several_or_two_groups_are_asked_about(world: World) -> None:
    world.directory.people[TOM.id] = replace(TOM, name="Eva Rubio")
    form = await open_form(world)
    answer = await send(world, form, finance="Eva")
    assert "eva@contoso.example" in answer.first_line
    answer = await send(world, form, finance="Saldo approvers, saldo approvers")
    assert answer.first_line == EN.text("refusal.one_group_only")


async def test_the_way_back_shows_the_policy(world: World) -> None:
    form = await open_form(world)
    back = await Talk(world, ANA).press(form.button(Verb.POLICY_SHOW))
    assert back.first_line == "Up to €2,000.00 one approver is enough."
