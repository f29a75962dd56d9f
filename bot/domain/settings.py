"""What a tenant has told Saldo about itself, and how far its set-up is."""

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.money import Money
from bot.domain.people import GroupId, PersonId


class Account(StrEnum):
    """The kind of billing account, which decides who can buy (source: Microsoft, "Set up Communication Credits")."""

    MOSA = "mosa"
    EA = "ea"
    MCA = "mca"
    CSP = "csp"

    @property
    def can_buy(self) -> bool:
        """Under MCA credits cannot be bought: what remains burns down, then post-paid begins."""
        return self is not Account.MCA


class SetupStep(StrEnum):
    """The four steps of the first contact, in their order."""

    ACCOUNT = "account"
    BALANCE = "balance"
    USAGE = "usage"
    APPROVERS = "approvers"


class Progress(StrEnum):
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class NamedPerson:
    id: PersonId
    name: str


@dataclass(frozen=True, slots=True)
class NamedGroup:
    id: GroupId
    name: str


@dataclass(frozen=True, slots=True)
class Partner:
    """Who buys for an organisation whose account is a partner's (CSP)."""

    name: str
    mail: str


@dataclass(frozen=True, slots=True)
class Settings:
    """One document a tenant. `threshold` None: 20 % of the last purchase."""

    currency: str = "EUR"
    locale: str = ""  # BCP 47, and an IANA name below; '' while nobody told
    zone: str = ""
    account: Account | None = None
    approver_group: NamedGroup | None = None
    approvers: tuple[NamedPerson, ...] = ()
    threshold: Money | None = None
    installer: NamedPerson | None = None
    proven: tuple[NamedPerson, ...] = ()  # proved control with the operator's one-time code
    steps: dict[str, str] | None = None  # SetupStep -> Progress
    budget: Money | None = None  # a month's, where the account is post-paid
    partner: Partner | None = None
    person_limit: Money | None = None  # what one person may spend in a day before Saldo says so

    def progress(self, step: SetupStep) -> Progress | None:
        value = (self.steps or {}).get(step.value)
        return Progress(value) if value else None

    def with_progress(self, step: SetupStep, progress: Progress) -> "Settings":
        return replace(self, steps={**(self.steps or {}), step.value: progress.value})

    @property
    def can_buy(self) -> bool:
        """Whether credits can be bought, as far as anybody told."""
        return self.account is None or self.account.can_buy

    @property
    def has_budget(self) -> bool:
        """Whether a monthly budget takes the wallet's place: under MCA, once one was set."""
        return self.account is Account.MCA and self.budget is not None

    @property
    def country(self) -> str | None:
        """ISO 3166, as the locale names it: whose holidays count until the usage tells."""
        territory = self.locale.replace("_", "-").rpartition("-")[2]
        return territory if len(territory) == 2 and territory.isupper() else None

    @property
    def next_step(self) -> SetupStep | None:
        """The first step that is neither done nor skipped."""
        return next((step for step in SetupStep if self.progress(step) is None), None)
