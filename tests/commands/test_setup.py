from datetime import date
from typing import Any

import pytest

from bot.commands import setup as module
from bot.domain.errors import Refusal
from bot.domain.people import PersonId, Right
from bot.domain.settings import Account, NamedGroup, NamedPerson, Progress, Settings, SetupStep
from bot.ports.errors import MissingPermission, Retry
from bot.usecases.prove_control import issue_code
from bot.usecases.read_balance import read_balance
from bot.usecases.settings import load_settings
from cards.actions import Verb
from tests.commands.talk import Answer, Talk, signed
from tests.fakes import ANA, APPROVERS, CARMEN, EVA, LUIS, TENANT, person
from tests.usecases.world import EN, World, eur

NO_ROLES = MissingPermission("RoleManagement.Read.Directory")
STEPS = [verb for verb in Verb if verb.startswith("setup.") and verb not in (Verb.SETUP_OPEN, Verb.SETUP_CODE)]


async def settings(world: World) -> Settings:
    return await load_settings(world.store, TENANT)


async def press(world: World, verb: Verb, **inputs: Any) -> Answer:
    return await Talk(world, ANA).press(signed(verb), **inputs)


async def test_the_set_up_begins_with_the_first_open_step_and_goes_through_all_four(world: World) -> None:
    ana = Talk(world, ANA)
    card = await ana.say("set up")
    card = await ana.press(card.button(Verb.SETUP_ACCOUNT), kind="mosa")
    card = await ana.press(card.button(Verb.SETUP_BALANCE), amount="850,50", currency="EUR", read_on="2026-11-20")
    card = await ana.press(card.button(Verb.SETUP_USAGE))
    card = await ana.press(card.button(Verb.SETUP_APPROVERS), group=APPROVERS, typed="Eva Ruiz", people=LUIS.id)
    assert card.first_line == EN.text("setup.finished")
    after = await settings(world)
    assert (after.account, after.currency, after.next_step) == (Account.MOSA, "EUR", None)
    assert after.approver_group == NamedGroup(APPROVERS, "Saldo approvers")
    assert after.approvers == (NamedPerson(LUIS.id, LUIS.name), NamedPerson(EVA.id, EVA.name))
    (balance,) = (await read_balance(world.store, world.clock, TENANT)).each
    assert balance.statement.balance == eur("850.50")
    assert "sync_usage:asked" in await world.jobs()


async def test_steps_are_skipped_taken_up_again_and_opened_in_any_order(world: World) -> None:
    ana = Talk(world, ANA)
    card = await ana.say("set up")
    for step in SetupStep:
        assert (await settings(world)).next_step is step
        card = await ana.press(card.button(Verb.SETUP_SKIP))
    assert card.first_line == EN.plural("setup.skipped", 4)
    again = await ana.press(card.button(Verb.SETUP_OPEN, 1))
    assert Verb.SETUP_BALANCE in again.verbs
    assert (await settings(world)).progress(SetupStep.BALANCE) is Progress.SKIPPED


@pytest.mark.parametrize("step", ["", "payment", "x" * 20])
async def test_a_step_that_there_is_not_is_refused(world: World, step: str) -> None:
    assert (await press(world, Verb.SETUP_SKIP, step=step)).text == EN.text("refusal.setup_step_unknown")
    assert Verb.SETUP_ACCOUNT in (await press(world, Verb.SETUP_OPEN, step=step)).verbs


async def test_who_may_not_change_settings_gets_no_step_by_any_button(world: World) -> None:
    refused = EN.text("refusal.not_allowed_change_settings")
    assert refused in (await Talk(world, EVA).say("set up")).shown
    for verb in (*STEPS, Verb.SETUP_OPEN):
        answer = await Talk(world, EVA).press(signed(verb), kind="mosa", step="account", amount="1", people=EVA.id)
        assert answer.text == refused
    assert await settings(world) == Settings()


@pytest.mark.parametrize("kind", ["", "credit card", None, ["mosa"]])
async def test_an_account_that_there_is_not_is_asked_for_again(world: World, kind: object) -> None:
    answer = await press(world, Verb.SETUP_ACCOUNT, kind=kind)
    assert answer.first_line == EN.text("refusal.account_missing")
    assert (await settings(world)).account is None


@pytest.mark.parametrize(
    ("inputs", "refusal"),
    [
        ({"amount": "much"}, Refusal("amount_malformed", text="much")),
        ({"amount": ""}, Refusal("amount_malformed", text="")),
        ({"amount": "-3"}, Refusal("amount_negative")),
        ({"read_on": "yesterday"}, Refusal("day_malformed", text="yesterday")),
        ({"read_on": ""}, Refusal("day_malformed", text="")),
        ({"read_on": "2027-01-01"}, Refusal("reading_in_future", on=date(2027, 1, 1))),
        ({"read_on": "2020-01-01"}, Refusal("reading_too_old", on=date(2020, 1, 1))),
        ({"amount": "12 USD"}, Refusal("currency_other", currency="USD", wallet="EUR")),
        ({"currency": "12"}, Refusal("currency_unknown", currency="12")),
    ],
    ids=str,
)
async def test_a_balance_that_is_wrong_is_asked_for_again_with_what_is_wrong(
    world: World, inputs: dict[str, str], refusal: Refusal
) -> None:
    given = {"amount": "850", "currency": "EUR", "read_on": "2026-11-20"} | inputs
    answer = await press(world, Verb.SETUP_BALANCE, **given)
    assert answer.first_line == EN.refusal(refusal)
    assert (await settings(world)).progress(SetupStep.BALANCE) is None
    assert (await read_balance(world.store, world.clock, TENANT)).each == ()


async def test_an_empty_wallet_is_a_balance_too(world: World) -> None:
    await press(world, Verb.SETUP_BALANCE, amount="0,00", currency="EUR", read_on="2026-11-22")
    (balance,) = (await read_balance(world.store, world.clock, TENANT)).each
    assert balance.statement.balance == eur(0)


async def test_a_balance_that_can_be_read_in_two_ways_is_asked_about_with_its_day(world: World) -> None:
    ana = Talk(world, ANA)
    question = await press(world, Verb.SETUP_BALANCE, amount="1.500", currency="GBP", read_on="2026-11-19")
    assert question.verbs == [Verb.SETUP_BALANCE] * 2
    await ana.press(question.button(Verb.SETUP_BALANCE))
    assert (await settings(world)).currency == "GBP"
    (balance,) = (await read_balance(world.store, world.clock, TENANT)).each
    assert str(balance.statement.balance) == "1500.00"
    assert balance.reconciled is not None
    assert balance.reconciled.read_at.date() == date(2026, 11, 19)


async def test_usage_without_the_permission_names_it_and_where_it_is_granted(world: World) -> None:
    world.consent_url = "https://login.example/consent"
    world.__post_init__()
    world.calls.broken = MissingPermission("CallRecord-PstnCalls.Read.All")
    answer = await press(world, Verb.SETUP_USAGE)
    assert "CallRecord-PstnCalls.Read.All" in answer.shown
    assert "https://login.example/consent" in answer.shown
    assert (await settings(world)).progress(SetupStep.USAGE) is None
    assert await world.jobs() == {}


async def test_usage_that_answers_is_fetched_by_one_job_however_often_it_is_checked(world: World) -> None:
    for _ in range(2):
        await press(world, Verb.SETUP_USAGE)
    assert list(await world.jobs()) == ["sync_usage:asked"]
    world.calls.rows = {date(2026, 11, 20): []}
    await press(world, Verb.SETUP_USAGE)
    assert (await settings(world)).progress(SetupStep.USAGE) is Progress.DONE


async def test_a_graph_that_never_answers_is_not_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.01)
    world.calls.silent = True
    assert (await press(world, Verb.SETUP_USAGE)).text == EN.text("refusal.service_busy")
    assert (await settings(world)).progress(SetupStep.USAGE) is None


async def test_a_graph_that_is_busy_leaves_the_step_to_be_repeated(world: World) -> None:
    world.calls.broken = Retry("busy")
    assert (await press(world, Verb.SETUP_USAGE)).text == EN.text("refusal.service_busy")
    assert (await settings(world)).progress(SetupStep.USAGE) is None


@pytest.mark.parametrize(
    ("inputs", "key", "values"),
    [
        ({}, "refusal.approvers_missing", {}),
        ({"typed": " , ,"}, "refusal.approvers_missing", {}),
        ({"people": "gone"}, "refusal.approvers_missing", {}),
        ({"typed": "Nobody At All"}, "refusal.person_unknown", {"name": "Nobody At All"}),
        (
            {"typed": "Eva"},
            "refusal.person_ambiguous",
            {"name": "Eva", "people": ["eva@contoso.example", "eva2@contoso.example"]},
        ),
        ({"typed": "Saldo approvers, saldo approvers"}, "refusal.one_group_only", {}),
    ],
)
async def test_approvers_that_cannot_be_told_are_asked_for_again(
    world: World, inputs: dict[str, str], key: str, values: dict[str, object]
) -> None:
    world.directory.people[PersonId("eva-2")] = person(
        "Eva Ruizseñor", id=PersonId("eva-2"), address="eva2@contoso.example"
    )
    answer = await press(world, Verb.SETUP_APPROVERS, **inputs)
    assert answer.first_line == EN.text(key, **values)
    assert (await settings(world)).progress(SetupStep.APPROVERS) is None


async def test_a_group_that_is_gone_or_was_made_up_is_refused(world: World) -> None:
    for group in ("made up", "x" * 100):
        answer = await press(world, Verb.SETUP_APPROVERS, group=group)
        assert answer.text == EN.text("refusal.group_unknown")
    assert (await settings(world)).approver_group is None


async def test_a_group_can_be_typed_and_people_count_once(world: World) -> None:
    await press(world, Verb.SETUP_APPROVERS, typed="saldo approvers, Eva Ruiz", people=EVA.id)
    after = await settings(world)
    assert after.approver_group == NamedGroup(APPROVERS, "Saldo approvers")
    assert after.approvers == (NamedPerson(EVA.id, EVA.name),)


async def test_more_approvers_than_anybody_has_are_refused(world: World) -> None:
    for inputs in ({"typed": "x," * 21}, {"people": "x," * 21}):
        answer = await press(world, Verb.SETUP_APPROVERS, **inputs)
        assert answer.text == EN.text("refusal.too_many_people", limit=20)


async def test_new_approvers_may_approve_at_once(world: World) -> None:
    assert not (await world.standings.of(TENANT, EVA.id)).rights
    await press(world, Verb.SETUP_APPROVERS, people=EVA.id)
    assert (await world.standings.of(TENANT, EVA.id)).may(Right.APPROVE_RECHARGE)


async def test_groups_that_cannot_be_listed_can_still_be_typed(world: World) -> None:
    world.directory.broken["groups"] = Retry("busy")
    answer = await press(world, Verb.SETUP_OPEN, step="approvers")
    assert Verb.SETUP_APPROVERS in answer.verbs
    assert APPROVERS not in answer.shown


async def test_where_no_role_can_be_read_a_code_from_the_console_proves_control(world: World) -> None:
    world.directory.broken["active_roles"] = NO_ROLES
    eva = Talk(world, EVA)
    card = await eva.say("set up")
    assert card.verbs == [Verb.SETUP_CODE]
    none = await eva.press(card.button(Verb.SETUP_CODE), code="ABCD")
    assert none.first_line == EN.text("refusal.code_none")
    await issue_code(world.store, world.clock, TENANT, PersonId("operator:root"), "ABCD")
    wrong = await eva.press(card.button(Verb.SETUP_CODE), code="QQQQ")
    assert wrong.first_line == EN.text("refusal.code_wrong")
    right = await eva.press(wrong.button(Verb.SETUP_CODE), code="abcd")
    assert Verb.SETUP_ACCOUNT in right.verbs
    assert Verb.SETUP_ACCOUNT in (await eva.press(signed(Verb.SETUP_OPEN))).verbs
    used = await Talk(world, CARMEN).press(card.button(Verb.SETUP_CODE), code="abcd")
    assert used.first_line == EN.text("refusal.code_expired")


async def test_who_installed_saldo_may_prove_control_even_without_a_role(world: World) -> None:
    await world.configure(installer=NamedPerson(EVA.id, "Eva R."))
    assert (await Talk(world, EVA).say("set up")).verbs == [Verb.SETUP_CODE]
    assert (await Talk(world, EVA).press(signed(Verb.SETUP_OPEN))).verbs == [Verb.SETUP_CODE]


async def test_a_code_without_end_is_refused_and_counted_nowhere(world: World) -> None:
    await issue_code(world.store, world.clock, TENANT, PersonId("operator:root"), "ABCD")
    answer = await Talk(world, EVA).press(signed(Verb.SETUP_CODE), code="x" * 41)
    assert answer.first_line == EN.text("refusal.text_too_long", limit=40)
    assert await world.verbs() == ["control.code_issued"]


async def test_the_same_button_pressed_twice_books_one_balance(world: World) -> None:
    for _ in range(2):
        await press(world, Verb.SETUP_BALANCE, amount="850", currency="EUR", read_on="2026-11-20")
    assert (await world.verbs()).count("balance.reconcile") == 1
