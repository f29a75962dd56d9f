"""The button contract: what a button carries is signed, and nothing in it is trusted. No text here.

A button says only *which* thing it means: tenant, verb, request and revision. What the thing is, and whether it may
still happen, is the server's state. The signature keeps anybody from making up buttons that no card ever held.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal

from bot.domain.people import TenantId
from cards.elements import Execute, Refresh, Refreshing

MAC_BYTES = 16  # 128 bits
REFRESH_PEOPLE = 60  # Teams' own limit on `userIds`
SIGNED = frozenset({"verb", "t", "r", "v", "k", "m"})
LONGEST = 200  # of any signed field: ids are far shorter


class Verb(StrEnum):
    """Everything that a button of ours can mean."""

    SAY = "say"  # args: text; as if the person had typed it
    BALANCE_SHOW = "balance.show"
    RUNWAY_SHOW = "runway.show"
    USAGE_SHOW = "usage.show"  # args: by (see `cards.usage.By`), period
    RECHARGE_OPEN = "recharge.open"
    RECHARGE_AMOUNT = "recharge.amount"  # args: amount, currency, and what `which_amount` was given
    RECHARGE_PROPOSE = "recharge.propose"  # inputs: amount, reason, po_number; args: currency
    RECHARGE_SEND = "recharge.send"
    RECHARGE_EDIT = "recharge.edit"
    RECHARGE_CHANGE = "recharge.change"  # of what waits for approval; as RECHARGE_PROPOSE
    LICENSES_OPEN = "licenses.open"
    LICENSES_CHOOSE = "licenses.choose"  # inputs: people, typed, who_0, who_1, …; args: chosen
    LICENSES_SEND = "licenses.send"
    LICENSES_EDIT = "licenses.edit"
    LICENSES_CHANGE = "licenses.change"  # of what waits for approval; as LICENSES_CHOOSE
    REQUESTS_SHOW = "requests.show"
    REQUEST_SHOW = "request.show"
    REQUEST_APPROVE = "request.approve"  # inputs: comment; args: taken_back, confirmed
    REQUEST_REJECT = "request.reject"  # inputs: comment, here and below
    REQUEST_RETRACT = "request.retract"
    REQUEST_RATIFY = "request.ratify"  # args: amount, in micros
    REQUEST_WITHDRAW = "request.withdraw"
    REQUEST_COMMENT = "request.comment"  # args: said, here and in the next two
    REQUEST_ASK = "request.ask"
    REQUEST_ANSWER = "request.answer"
    REQUEST_REMIND = "request.remind"
    REQUEST_REASSIGN_OPEN = "request.whom"  # asks to whom
    REQUEST_REASSIGN = "request.reassign"  # inputs: people, typed, who; args: asked
    REQUEST_HISTORY = "request.history"  # args: page
    BREAK_OPEN = "break.open"  # the form
    BREAK_GLASS = "break.glass"  # inputs: reason
    ORDER_SHOW = "order.show"
    ORDER_BOUGHT = "order.bought"  # inputs: order_number
    ORDER_ARRIVED = "order.arrived"  # opens the form; args: amount, on
    ORDER_CONFIRM = "order.confirm"  # inputs: amount, on, order_number, invoiced, tax, belongs
    ORDER_FAILED = "order.failed"  # asks why
    ORDER_DECLINED = "order.declined"  # args: reason
    PATH_CHANGED = "path.changed"  # args: page
    PARTNER_SHOW = "partner.show"
    PARTNER_SET = "partner.set"  # inputs: name, mail
    POLICY_SHOW = "policy.show"
    POLICY_OPEN = "policy.open"  # the form; args: from ("purchases")
    POLICY_ASK = "policy.ask"  # inputs: see cards.policy_form; args: version
    DELEGATE_START = "delegate.start"  # inputs: people, typed, until; args: form
    DELEGATE_END = "delegate.end"  # args: since
    THRESHOLD_SET = "threshold.set"  # inputs (or args): amount
    THRESHOLD_RESET = "threshold.reset"
    BUDGET_SHOW = "budget.show"
    BUDGET_SET = "budget.set"  # inputs (or args): amount
    RECONCILE_OPEN = "reconcile.open"
    RECONCILE_READ = "reconcile.read"  # inputs (or args): amount, read_on, read_time
    RECONCILE_BOOK = "reconcile.book"  # args: amount, currency, read_at
    ADVICE_SHOW = "advice.show"  # args: months
    ANOMALIES_SHOW = "anomalies.show"
    PERSON_LIMIT_SET = "person_limit.set"  # inputs (or args): amount
    PERSON_LIMIT_RESET = "person_limit.reset"
    IMPORT_CONFIRM = "import.confirm"
    IMPORT_CANCEL = "import.cancel"
    SETUP_OPEN = "setup.open"  # args: step
    SETUP_SKIP = "setup.skip"  # args: step
    SETUP_ACCOUNT = "setup.account"  # inputs: kind
    SETUP_BALANCE = "setup.balance"  # inputs: amount, currency, read_on
    SETUP_USAGE = "setup.usage"  # try Graph again
    SETUP_APPROVERS = "setup.approvers"  # inputs: group, people, typed
    SETUP_CODE = "setup.code"  # inputs: code
    EXPLAIN_SHOW = "explain.show"  # args: currency, page
    REPORT_SHOW = "report.show"  # args: month (`2026-10`), here and below
    REPORT_FILE = "report.file"  # args: month, format (see `bot.reports.files.Format`)
    REPORT_ACCEPT = "report.accept"  # of an offered file; never a button
    REPORT_SUBSCRIBE = "report.subscribe"
    REPORT_UNSUBSCRIBE = "report.unsubscribe"
    AUTO_RECHARGE_SAVE = "auto_recharge.save"  # inputs: on, amount, trigger
    AUTO_RECHARGE_SAME = "auto_recharge.same"  # it is still so
    EXPECTED_SHOW = "expected.show"  # of an expected recharge, here and below; the revision is its step
    EXPECTED_YES = "expected.yes"  # inputs: on, amount (where it was another)
    EXPECTED_OTHER = "expected.other"  # inputs: on, amount
    EXPECTED_NOT_YET = "expected.not_yet"
    EXPECTED_FAILED = "expected.failed"
    MAIL_BOOK = "mail.book"  # inputs: amount, on; args: match, order_number
    MAIL_REPORT = "mail.report"  # args: kind, match, reason
    MAIL_DROP = "mail.drop"
    RULES_SHOW = "rules.show"
    RULES_TRY = "rules.try"
    RULE_OPEN = "rule.open"  # args: kind (of a new one)
    RULE_SAVE = "rule.save"  # inputs: below, amount, target, days, cap, cooldown, po_number; args: kind
    RULE_TRY = "rule.try"  # as RULE_SAVE: what it would have done, before it is kept
    RULE_REMOVE = "rule.remove"
    HELP_SHOW = "help.show"


@dataclass(frozen=True, slots=True)
class Button:
    """`request_id` is '' and `revision` 0 where there is no request."""

    tenant: TenantId
    verb: str
    request_id: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Signer:
    """`keys`, newest first: the first signs, all are read. A button names its key by an id that tells nothing."""

    keys: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not self.keys or any(len(key) < MAC_BYTES for key in self.keys):
            raise ValueError(f"buttons need a key of at least {MAC_BYTES} bytes")

    def __repr__(self) -> str:
        return f"Signer({len(self.keys)} keys)"

    def sign(self, button: Button) -> dict[str, Any]:
        """The data that the button carries."""
        return {
            "verb": button.verb,
            "t": button.tenant,
            "r": button.request_id,
            "v": button.revision,
            "k": _key_id(self.keys[0]),
            "m": _mac(self.keys[0], button),
        }

    def read(self, verb: str, data: Mapping[str, Any], tenant: TenantId) -> Button | None:
        """The button that was pressed; None where it is forged, malformed, of another tenant or of a lost key."""
        button = _claimed(verb, data)
        mac = data.get("m")
        if button is None or button.tenant != tenant or not isinstance(mac, str):
            return None
        key = next((key for key in self.keys if _key_id(key) == data.get("k")), None)
        if key is None or not hmac.compare_digest(_mac(key, button).encode(), mac.encode(errors="replace")):
            return None
        return button


def _claimed(verb: str, data: Mapping[str, Any]) -> Button | None:
    tenant, request_id, revision = data.get("t"), data.get("r"), data.get("v")
    texts = (verb, tenant, request_id)
    if data.get("verb") != verb or any(not isinstance(text, str) or len(text) > LONGEST for text in texts):
        return None
    if type(revision) is not int or not 0 <= revision < 2**31:
        return None
    return Button(TenantId(str(tenant)), verb, str(request_id), revision)


@lru_cache(maxsize=4_096)
def _mac(key: bytes, button: Button) -> str:
    # A JSON list tells where each part ends, so that no two buttons have the same bytes.
    parts = ["saldo button 1", button.tenant, button.verb, button.request_id, button.revision]
    return _text(hmac.digest(key, json.dumps(parts).encode(), hashlib.sha256)[:MAC_BYTES])


@lru_cache(maxsize=16)
def _key_id(key: bytes) -> str:
    return _text(hmac.digest(key, b"saldo key id", hashlib.sha256)[:6])


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Buttons:
    """Makes the buttons of one tenant's cards."""

    signer: Signer
    tenant: TenantId

    def press(
        self,
        title: str,
        verb: Verb,
        about: tuple[str, int] = ("", 0),
        *,
        args: Mapping[str, str] | None = None,
        style: Literal["default", "positive", "destructive"] | None = None,
    ) -> Execute:
        """A button. `about` is (request id, revision); `args` ride beside, unsigned: worth as much as typed text."""
        return Execute(title=title, verb=verb.value, data=self._data(verb, about, args), style=style)

    def press_only(
        self,
        title: str,
        verb: Verb,
        about: tuple[str, int] = ("", 0),
        *,
        args: Mapping[str, str] | None = None,
        mode: Literal["primary", "secondary"] | None = None,
    ) -> Execute:
        """A button beside inputs that it leaves alone: a client lets it be pressed with required ones empty.
        `mode` secondary: in the menu behind the others."""
        data = self._data(verb, about, args)
        return Execute(title=title, verb=verb.value, data=data, associated_inputs="none", mode=mode)

    def press_aside(
        self, title: str, verb: Verb, about: tuple[str, int], *, args: Mapping[str, str] | None = None
    ) -> Execute:
        """A button in the menu behind the others, which takes the inputs along."""
        return Execute(title=title, verb=verb.value, data=self._data(verb, about, args), mode="secondary")

    def refresh(self, verb: Verb, about: tuple[str, int], viewers: tuple[str, ...]) -> Refresh | None:
        """Gives each viewer (Teams' `29:…` ids, the first 60) their own card; None where nobody is named."""
        if not viewers:
            return None
        action = Refreshing(verb=verb.value, data=self._data(verb, about, None))
        return Refresh(action=action, user_ids=list(viewers[:REFRESH_PEOPLE]))

    def _data(self, verb: Verb, about: tuple[str, int], args: Mapping[str, str] | None) -> dict[str, Any]:
        clash = SIGNED & (args or {}).keys()
        if clash:
            raise ValueError(f"{', '.join(sorted(clash))} belongs to the signed part of a button")
        return {**(args or {}), **self.signer.sign(Button(self.tenant, verb.value, *about))}
