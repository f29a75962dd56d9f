"""Every card in each of its states, with the values of a small organisation."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

from bot.domain.advice import Advice
from bot.domain.alerts import Level
from bot.domain.errors import Refusal
from bot.domain.licenses import Fitness, PlanLine
from bot.domain.money import Money
from bot.domain.people import GroupId, Person, PersonId, TenantId
from bot.domain.policy import Band
from bot.domain.runway import Runway
from bot.domain.settings import Account, NamedGroup, NamedPerson, Progress, Settings, SetupStep
from bot.domain.usage import KNOWN_CALL_TYPES
from bot.locale.reader import CatalogueReader, reader_for
from bot.ports.turn import Card
from cards.actions import Buttons, Signer
from cards.approvers import Approvers
from cards.balance import BalanceValues, Lot, Wallet, balance_card
from cards.bug import BugValues, bug_card
from cards.help import HelpLine, HelpValues, help_card
from cards.import_preview import ImportPreviewValues, Problem, Stage, import_preview_card
from cards.license_plan import LicensePlanValues, license_plan_card
from cards.licenses_form import LicensesFormValues, Question, licenses_form_card
from cards.low_balance import LowBalanceValues, low_balance_card
from cards.missing_permission import PURPOSES, MissingPermissionValues, missing_permission_card
from cards.proposal import ProposalValues, proposal_card
from cards.recharge_form import RechargeFormValues, recharge_form_card
from cards.refusal import RefusalValues, refusal_card
from cards.setup import SetupCodeValues, SetupValues, setup_card, setup_code_card
from cards.suggestion import SuggestionValues, suggestion_card
from cards.threshold import ThresholdValues, threshold_card
from cards.usage import By, UsageGroup, UsageValues, usage_card
from cards.welcome import WelcomeValues, welcome_card
from cards.which_amount import Reading, WhichAmountValues, which_amount_card

Draw = Callable[[CatalogueReader, Buttons], Card]

TENANT = TenantId("11111111-2222-3333-4444-555555555555")
BUTTONS = Buttons(Signer((b"a key for nothing but these tests",)), TENANT)
READERS = {
    "es": reader_for("es", tenant_locale="es-ES", client_locale="en-US", zone="Europe/Madrid"),
    "en": reader_for("en", tenant_locale="es-ES", client_locale="en-US", zone="America/New_York"),
}
DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CONSENT = "https://login.microsoftonline.com/organizations/adminconsent?client_id=0"

CARMEN_AND_LUIS = Approvers(("Carmen", "Luis"), ("Grace",))


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def person(name: str, address: str = "", department: str | None = None) -> Person:
    return Person(PersonId(f"id-of-{name.split()[0].lower()}"), name, address=address, department=department)


def _history(days: int) -> tuple[tuple[date, Money], ...]:
    return tuple((DAY - timedelta(days=days - 1 - n), eur(f"{900 - 4 * n}.50")) for n in range(days))


WALLET = Wallet(
    available=eur("212.40"),
    level=Level.LOW,
    lots=(
        Lot(date(2025, 12, 10), eur("12.40"), date(2026, 12, 10), assumed=True),
        Lot(date(2026, 3, 1), eur("200"), date(2027, 3, 1)),
    ),
    per_day=eur("5.31"),
    days_of_usage=90,
    days_left=40,
    runway=Runway(date(2026, 12, 21), date(2026, 12, 30), date(2027, 1, 11)),
    pending=eur("500"),
    history=_history(90),
)
ADVICE = Advice(
    months=3,
    days_known=90,
    monthly=eur("159.30"),
    needed=eur("477.90"),
    usable=eur("212.40"),
    amount=eur("300"),
    most=eur("1700"),
    runs_out_on=date(2026, 12, 30),
    lasts_until=date(2027, 2, 25),
)
DOLLARS = Wallet(Money.of("30", "USD"), Level.OK, lots=(Lot(DAY, Money.of("30", "USD"), date(2027, 11, 20)),))


LOW = BalanceValues(DAY, (WALLET,), usage_through=date(2026, 11, 19), checked_days_ago=9)


def balances() -> dict[str, Draw]:
    few = Wallet(eur("90"), Level.OK, per_day=eur("3"), days_of_usage=6)
    sure = replace(WALLET, days_left=1, runway=Runway(*[date(2026, 11, 21)] * 3))
    many = replace(WALLET, lots=WALLET.lots * 8)
    overdrawn = Wallet(eur("0"), Level.EMPTY, overdrawn=eur("7.20"))
    unknown = Wallet(eur("0"), Level.UNKNOWN)
    values = {
        "low": LOW,
        "checked one day ago": replace(LOW, checked_days_ago=1),
        "checked with what it differed by": replace(LOW, wallets=(replace(WALLET, checked=(DAY, eur("-3.20"))),)),
        "checked at the opening": replace(LOW, wallets=(replace(WALLET, checked=(DAY, None)),)),
        "checked today": replace(LOW, checked_days_ago=0),
        "never checked": replace(LOW, checked_days_ago=None),
        "no usage imported": replace(LOW, usage_through=None),
        "no usage, never checked": replace(LOW, usage_through=None, checked_days_ago=None),
        "no usage, checked today": replace(LOW, usage_through=None, checked_days_ago=0),
        "nothing known": replace(LOW, wallets=(), usage_through=None),
        "two currencies": replace(LOW, wallets=(WALLET, DOLLARS)),
        "more currencies than fit": replace(LOW, wallets=(replace(many, overdrawn=eur("1")),) * 8),
        "critical": replace(LOW, wallets=(replace(WALLET, level=Level.CRITICAL),)),
        "one day alone": replace(LOW, wallets=(sure,)),
        "six days of usage": replace(LOW, wallets=(few,)),
        "many lots": replace(LOW, wallets=(many,)),
        "overdrawn": replace(LOW, wallets=(overdrawn,)),
        "unknown": replace(LOW, wallets=(unknown,), may_recharge=False),
    }
    return {name: partial(balance_card, one) for name, one in values.items()}


def recharges() -> dict[str, Draw]:
    empty = RechargeFormValues("r1", "EUR", CARMEN_AND_LUIS)
    wrong = RechargeFormValues(
        "r1", "EUR", Approvers(), 2, "lots", "Q1 <at>Ana</at>", "4500", po_required=True, error="What is “lots”?"
    )
    readings = (Reading(eur("1500"), "mil quinientos"), Reading(eur("1.5"), "uno y medio"))
    until = date(2027, 2, 9)
    proposal = ProposalValues("r1", 1, eur("1500"), CARMEN_AND_LUIS, until)
    proposals = {
        "proposal": proposal,
        "proposal, one approver": replace(proposal, approvers=Approvers(("Carmen",)), reason="Q1", po_number="4500"),
        "proposal, approvers out of reach": replace(proposal, approvers=Approvers((), ("Grace", "Omar"))),
        "proposal, too much": replace(proposal, forfeited=(eur("120"), until)),
        "proposal, two of finance": replace(proposal, wants=Band(None, 2, needs_finance=True)),
        "proposal, nobody": replace(proposal, approvers=Approvers()),
        "proposal, approvers unknown": replace(proposal, approvers=Approvers(unknown=True)),
        "proposal, roles unread": replace(
            proposal, approvers=Approvers(missing_permission="RoleManagement.Read.Directory")
        ),
        "proposal, nobody but": replace(proposal, approvers=Approvers(dormant=("Grace",)), lasts_until=None),
    }
    return {
        "form": partial(recharge_form_card, empty),
        "form with a suggestion": partial(recharge_form_card, replace(empty, advice=ADVICE)),
        "form where enough is there": partial(
            recharge_form_card, replace(empty, advice=replace(ADVICE, amount=eur("0"), trigger=None))
        ),
        "form after an error": partial(recharge_form_card, wrong),
        "ambiguous amount": partial(which_amount_card, WhichAmountValues("r1", readings, {"reason": "Q1"})),
        **{name: partial(proposal_card, one) for name, one in proposals.items()},
    }


def licenses() -> dict[str, Draw]:
    ana, other = person("Ana Torres", "ana.torres@example.com", "Sales"), person("Ana Ruiz", "ana.ruiz@example.com")
    luis = Question("luis", (person("Luis Vega"), person("Luis Gil")))
    lines = tuple(PlanLine(person(f"Person {fitness.value}"), fitness, "calling_plan") for fitness in Fitness)
    nothing = PlanLine(ana, Fitness.LACKS_PREREQUISITE, "audio_conferencing_or_phone_system")
    crowd = tuple(Question(f"name {n}", (replace(ana, department="D" * 90), other, ana)) for n in range(20))
    forms = {
        "more people than fit": LicensesFormValues("r1", crowd),
        "who": LicensesFormValues("r1"),
        "which Ana": LicensesFormValues("r1", (Question("ana", (ana, other)),), (PersonId("eva"),)),
        "which ones, and one unknown": LicensesFormValues(
            "r1", (Question("ana", (ana, other)), luis), not_found=("Zoe",)
        ),
        "unknown": LicensesFormValues("r1", not_found=("Zoe", "Max")),
    }
    plans = {
        "plan": LicensePlanValues(lines, "r1", 1, CARMEN_AND_LUIS, not_found=("Zoe",)),
        "plan for one": LicensePlanValues((PlanLine(ana, Fitness.CAN),), "r1", 1, CARMEN_AND_LUIS),
        "plan that nobody can approve": LicensePlanValues((nothing,), "r1", 1),
        "plan for nobody": LicensePlanValues((PlanLine(ana, Fitness.HAS),)),
        "plan for oneself": LicensePlanValues((PlanLine(ana, Fitness.HAS),), may_choose=False),
        "plan for none of several": LicensePlanValues((PlanLine(ana, Fitness.HAS),), not_found=("Zoe",)),
    }
    return {
        **{name: partial(licenses_form_card, one) for name, one in forms.items()},
        **{name: partial(license_plan_card, one) for name, one in plans.items()},
    }


def usages() -> dict[str, Draw]:
    types = tuple(UsageGroup(name, eur("10"), 3, 61) for name in (*sorted(KNOWN_CALL_TYPES), "brand_new", ""))
    countries = tuple(UsageGroup(f"Country {n}", eur(f"{40 - n}"), n, 60 * n) for n in range(1, 16))
    month = UsageValues(
        date(2026, 10, 22),
        DAY,
        By.MONTH,
        (UsageGroup("nov 2026", eur("80"), 18, 1081), UsageGroup("oct 2026", eur("40"), 9, 540)),
        (eur("120"),),
        usage_through=date(2026, 11, 19),
        period="last_30_days",
    )
    mixed = (UsageGroup("Sales", eur("7"), 1, 30), UsageGroup("", Money.of("3", "USD"), 1, 59))
    currencies = tuple(
        UsageGroup("N" * 200, Money.of(f"{n}", currency), n, 60)
        for currency in ("EUR", "USD", "MXN", "GBP", "CHF", "SEK", "NOK")
        for n in range(1, 15)
    )
    values = {
        "more currencies than fit": replace(month, by=By.DEPARTMENT, groups=currencies),
        "by month": month,
        "by type": replace(month, by=By.TYPE, groups=types, has_conferences=True, unknown_rows=2),
        "by country": replace(month, by=By.COUNTRY, groups=countries, outside=(eur("3"),), unknown_rows=1),
        "by department": replace(
            month, by=By.DEPARTMENT, groups=mixed, totals=(eur("7"), Money.of("3", "USD")), may_see_people=True
        ),
        "by person": replace(
            month, by=By.PERSON, groups=(UsageGroup("Ana Torres", eur("7"), 1, 30),), may_see_people=True
        ),
        "of years": replace(month, first=date(2025, 11, 20), last=DAY),
        "of a day": replace(month, first=DAY, last=DAY, usage_through=DAY),
        "not for everybody": replace(month, by=By.DEPARTMENT, groups=mixed, withheld=True),
        "nothing spent": replace(month, groups=(), totals=()),
        "nothing spent on a day": replace(month, last=month.first, groups=(), totals=()),
        "not read yet": replace(month, first=DAY, last=DAY, groups=(), totals=(), usage_through=date(2026, 11, 18)),
        "never imported": replace(month, groups=(), totals=(), usage_through=None),
    }
    return {name: partial(usage_card, one) for name, one in values.items()}


def imports() -> dict[str, Draw]:
    preview = ImportPreviewValues(
        "i1",
        "PSTN.calls.zip",
        first_day=date(2026, 10, 1),
        last_day=DAY,
        new=120,
        known=4,
        differing=1,
        skipped=9,
        spent=(eur("31.20"), Money.of("2", "USD")),
        outside=(eur("4"),),
    )
    problems = tuple(Problem(n, "no date " * 40) for n in range(1_200, 1_213))
    values = {
        "preview": preview,
        "preview of one call": replace(preview, new=1, outside=()),
        "nothing new": replace(preview, new=0, differing=0, spent=()),
        "booked": replace(preview, stage=Stage.BOOKED),
        "booked during the set-up": replace(preview, stage=Stage.BOOKED, set_up_goes_on=True),
        "canceled": replace(preview, stage=Stage.CANCELED, first_day=None, last_day=None),
        "one broken row": replace(preview, problems=problems[:1]),
        "many broken rows": replace(preview, problems=problems),
    }
    return {name: partial(import_preview_card, one) for name, one in values.items()}


def setups() -> dict[str, Draw]:
    fresh = Settings()
    told = replace(
        Settings(steps={step.value: Progress.DONE.value for step in SetupStep}),
        account=Account.EA,
        approver_group=NamedGroup(GroupId("g1"), "Saldo approvers"),
        approvers=(NamedPerson(PersonId("carmen"), "Carmen Soler"),),
    )
    skipped = told.with_progress(SetupStep.USAGE, Progress.SKIPPED)
    values = {
        "account": SetupValues(fresh, SetupStep.ACCOUNT, DAY),
        "account again": SetupValues(told, SetupStep.ACCOUNT, DAY),
        "balance": SetupValues(fresh, SetupStep.BALANCE, DAY),
        "balance after an error": SetupValues(fresh, SetupStep.BALANCE, DAY, error="What is “lots”?"),
        "usage": SetupValues(fresh, SetupStep.USAGE, DAY),
        "usage without permission": SetupValues(
            fresh, SetupStep.USAGE, DAY, missing_permission="CallRecord-PstnCalls.Read.All", consent_url=CONSENT
        ),
        "usage known": SetupValues(fresh, SetupStep.USAGE, DAY, usage_through=DAY),
        "approvers": SetupValues(fresh, SetupStep.APPROVERS, DAY),
        "approvers again": SetupValues(told, SetupStep.APPROVERS, DAY, groups=(("g1", "Saldo approvers"),)),
        "finished": SetupValues(told, None, DAY),
        "finished but for one": SetupValues(skipped, None, DAY),
        "all skipped": SetupValues(fresh, None, DAY),
    }
    return {
        **{name: partial(setup_card, one) for name, one in values.items()},
        "code": partial(setup_code_card, SetupCodeValues(missing_permission="RoleManagement.Read.Directory")),
        "code for somebody without a role": partial(setup_code_card, SetupCodeValues()),
        "wrong code": partial(setup_code_card, SetupCodeValues("That is not the code.")),
    }


def others() -> dict[str, Draw]:
    ends = Runway(date(2026, 12, 1), date(2026, 12, 7), date(2026, 12, 14))
    low = LowBalanceValues(Level.LOW, eur("90"), DAY, eur("100"), 17, ends)
    lines = tuple(HelpLine(f"example {n}", f"What comes of it {n}", can_press=n != 2) for n in range(9))
    values: dict[str, Draw] = {
        "help": partial(help_card, HelpValues(lines)),
        "suggestion": partial(suggestion_card, SuggestionValues("saldo")),
        "suggestion of help": partial(suggestion_card, SuggestionValues("help", is_help=True)),
        "refusal": partial(refusal_card, RefusalValues(Refusal("amount_malformed", text="lots"))),
        "bug": partial(bug_card, BugValues("turn-1")),
        "low balance": partial(low_balance_card, low),
        "low balance, pace unknown": partial(
            low_balance_card, LowBalanceValues(Level.LOW, eur("90"), DAY, may_recharge=False)
        ),
        "critical balance": partial(low_balance_card, replace(low, level=Level.CRITICAL, days_left=1)),
        "critical balance, pace unknown": partial(
            low_balance_card, LowBalanceValues(Level.CRITICAL, eur("90"), DAY, eur("100"))
        ),
        "empty balance": partial(low_balance_card, replace(low, level=Level.EMPTY, days_left=0)),
        "welcome": partial(welcome_card, WelcomeValues("Ana Torres", may_set_up=True)),
        "welcome of somebody else": partial(welcome_card, WelcomeValues()),
    }
    for permission in (*PURPOSES, "Brand.New"):
        granted = MissingPermissionValues(permission, CONSENT if permission == "User.Read.All" else "")
        values[f"missing {permission}"] = partial(missing_permission_card, granted)
    return values


def thresholds() -> dict[str, Draw]:
    own = ThresholdValues("EUR", eur("300"), own=True, may_change=True)
    states = {
        "own": own,
        "default": replace(own, own=False),
        "unknown": replace(own, limit=None, own=False),
        "malformed": replace(own, typed="much", error="This is no amount."),
        "of a reader": replace(own, may_change=False),
        "by runway": replace(own, limit=None, own=False, by_runway=True),
        "own, and by runway": replace(own, by_runway=True),
    }
    return {name: partial(threshold_card, values) for name, values in states.items()}
