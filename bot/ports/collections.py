"""Every kind of document and stream that Saldo keeps: its name, its type, its schema number, what can be searched."""

from bot.domain.alerts import Episode
from bot.domain.anomalies import Anomaly
from bot.domain.audit import AuditRecord
from bot.domain.auto_recharge import Dip, Expected, Mirror
from bot.domain.balance import Balances
from bot.domain.caps import CapGuard
from bot.domain.contacts import Contact, Place, RoleSeen, SentCard
from bot.domain.control import ControlCode
from bot.domain.delegation import Delegation
from bot.domain.denials import Denial
from bot.domain.dropped_file import DroppedFile
from bot.domain.emergency import LastBreak
from bot.domain.jobs import Job
from bot.domain.ledger import Adjustment, Purchase, UsageChange
from bot.domain.policy import Policy
from bot.domain.recharge_mail import MailTaken
from bot.domain.requests import Request
from bot.domain.rule_course import Openings, RuleStates
from bot.domain.rules import Rule
from bot.domain.runway import Forecast
from bot.domain.settings import Settings
from bot.domain.spend_curve import SpendCurve
from bot.domain.subscription import FileTransfer, MonthMade, Subscription
from bot.domain.timing import Reminders
from bot.domain.usage import UsageDay, UsageDetail, UsageIds
from bot.domain.usage_hours import UsageHours
from bot.ports.order_desk import AtDesk
from bot.ports.store import Collection, StreamKind

JOBS: Collection[Job] = Collection("jobs", Job, indexes=("due_at", "kind", "dead"))
REQUESTS: Collection[Request] = Collection(
    "requests", Request, indexes=("open", "state", "kind", "requester", "created_at", "ratification")
)
REMINDERS: Collection[Reminders] = Collection("reminders", Reminders)  # by request; ratified afterwards: `ratify:…`
BREAK_GLASS: Collection[LastBreak] = Collection("break_glass", LastBreak)  # one document: one emergency at a time
POLICIES: Collection[Policy] = Collection("policies", Policy)  # every version is kept; the id is its number
CAP_GUARDS: Collection[CapGuard] = Collection("cap_guards", CapGuard)  # moves with every approval; one document
DELEGATIONS: Collection[Delegation] = Collection("delegations", Delegation, indexes=("delegate",))  # by delegator
SETTINGS: Collection[Settings] = Collection("settings", Settings)
CONTROL_CODES: Collection[ControlCode] = Collection("control_codes", ControlCode)
CONTACTS: Collection[Contact] = Collection("contacts", Contact)
PLACES: Collection[Place] = Collection("places", Place)  # the id is the conversation's
ROLES_SEEN: Collection[RoleSeen] = Collection("roles_seen", RoleSeen, indexes=("person", "role"))
SENT_CARDS: Collection[SentCard] = Collection("sent_cards", SentCard, indexes=("request",))
EPISODES: Collection[Episode] = Collection("episodes", Episode)  # of low balance; the id is the currency
DROPPED_FILES: Collection[DroppedFile] = Collection("dropped_files", DroppedFile)
SUBSCRIPTIONS: Collection[Subscription] = Collection("subscriptions", Subscription)  # the id is the person's
MONTHS_MADE: Collection[MonthMade] = Collection("months_made", MonthMade)  # the id is the month
FILE_TRANSFERS: Collection[FileTransfer] = Collection("file_transfers", FileTransfer)
DENIALS: Collection[Denial] = Collection("denials", Denial)  # of the present minute; then they are in the audit
ORDERS: Collection[AtDesk] = Collection("orders", AtDesk)  # the id is the request's

AUTO_RECHARGE: Collection[Mirror] = Collection("auto_recharge", Mirror)  # one document, as are the next two
AUTO_RECHARGE_DIPS: Collection[Dip] = Collection("auto_recharge_dips", Dip)
RULE_STATES: Collection[RuleStates] = Collection("rule_states", RuleStates)
OPENINGS: Collection[Openings] = Collection("openings", Openings)  # moves with every recharge that is sent
RULES: Collection[Rule] = Collection("rules", Rule, indexes=("made_at",))
EXPECTED: Collection[Expected] = Collection("expected_recharges", Expected, indexes=("open", "opened_at"))
RECHARGE_MAILS: Collection[MailTaken] = Collection("recharge_mails", MailTaken)  # the id is the mail's key

AUDIT: StreamKind[AuditRecord] = StreamKind("audit", AuditRecord, schema=2)  # since 2 with before and after
LEDGER: StreamKind[Purchase | UsageChange | Adjustment] = StreamKind("ledger", Purchase | UsageChange | Adjustment)
BALANCES: Collection[Balances] = Collection("balances", Balances)  # a cache: one document, which may be dropped

# Their id is the UTC day; the three of a day are written together.
USAGE_DAYS: Collection[UsageDay] = Collection("usage_day", UsageDay, indexes=("day",))
USAGE_DETAIL: Collection[UsageDetail] = Collection("usage_detail", UsageDetail)
USAGE_IDS: Collection[UsageIds] = Collection("usage_ids", UsageIds)

FORECASTS: Collection[Forecast] = Collection("forecasts", Forecast)  # their id is the currency
SPEND_CURVES: Collection[SpendCurve] = Collection("spend_curves", SpendCurve)  # what the forecasts are told along
USAGE_HOURS: Collection[UsageHours] = Collection("usage_hours", UsageHours)  # their id is the UTC day
ANOMALIES: Collection[Anomaly] = Collection("anomalies", Anomaly, indexes=("day",))
