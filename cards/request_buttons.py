"""What a viewer can do about a request. The first few are seen at once, the others wait in the menu behind. Pure."""

from typing import Literal

from bot.domain.asking import remarks_of
from bot.domain.requests import Kind, State
from bot.domain.voices import amount_of, ratifiable, taken_back
from bot.ports.reader import Reader
from cards.actions import Buttons, Verb
from cards.elements import Action, Execute
from cards.request_values import RequestValues, Viewer

EDITS = {Kind.RECHARGE: Verb.RECHARGE_EDIT, Kind.LICENSES: Verb.LICENSES_EDIT}
STYLES: dict[Verb, Literal["positive", "destructive"]] = {
    Verb.REQUEST_REJECT: "destructive",
    Verb.REQUEST_ANSWER: "positive",
}
SAYINGS = frozenset({Verb.REQUEST_ASK, Verb.REQUEST_ANSWER, Verb.REQUEST_COMMENT})
ENDED_IN_VAIN = frozenset({State.FAILED, State.REJECTED, State.WITHDRAWN, State.EXPIRED, State.LAPSED})


def request_buttons(values: RequestValues, reader: Reader, buttons: Buttons) -> list[Action]:
    """Whoever has no part in it has no button."""
    if values.viewer is Viewer.ANYBODY:
        return []
    make = _Maker(values, reader, buttons)
    if values.confirm:
        return [make.approve(), make.plain("button.back", Verb.REQUEST_SHOW)]
    own = _requester(values, make) if values.viewer is Viewer.REQUESTER else _approver(values, make)
    past = [] if values.request.state is State.DRAFT else [make.aside("button.history", Verb.REQUEST_HISTORY)]
    return [*own, *past]


class _Maker:
    """Buttons about one request, in the viewer's language."""

    def __init__(self, values: RequestValues, reader: Reader, buttons: Buttons) -> None:
        self._values = values
        self._reader = reader
        self._buttons = buttons

    def _gone(self) -> dict[str, str]:
        """How many voices its presser has taken back: an old click neither brings one back nor takes another one."""
        values = self._values
        gone = taken_back(values.request, values.viewer_id) if values.viewer_id else 0
        return {"taken_back": str(gone)} if gone else {}

    def approve(self) -> Execute:
        """Whoever is asked once more has said already what they have to say."""
        values, args = self._values, self._gone()
        if not values.confirm:
            title = self._reader.text("button.approve")
        else:
            title = self._reader.text("button.approve_really", amount=amount_of(values.request) or "")
            args |= {"confirmed": "yes", "comment": values.typed}
        return self._buttons.press(title, Verb.REQUEST_APPROVE, values.about, args=args, style="positive")

    def send(self, verb: Verb) -> Execute:
        return self._buttons.press(self._reader.text("button.send"), verb, self._values.about, style="positive")

    def speaking(self, key: str, verb: Verb, *, aside: bool = False) -> Execute:
        """It takes along what was typed."""
        title, args = self._reader.text(key), self._said() if verb in SAYINGS else {}
        if aside:
            return self._buttons.press_aside(title, verb, self._values.about, args=args)
        return self._buttons.press(title, verb, self._values.about, args=args, style=STYLES.get(verb))

    def _said(self) -> dict[str, str]:
        """How much its presser has said already: the same words again are another click only on a later card."""
        said = len(remarks_of(self._values.request, self._values.viewer_id)) if self._values.viewer_id else 0
        return {"said": str(said)} if said else {}

    def ratify(self) -> Execute:
        """It knows how much: where more came since, it shows so first."""
        args = {"amount": str(ratifiable(self._values.request))}
        title = self._reader.text("button.ratify")
        return self._buttons.press(title, Verb.REQUEST_RATIFY, self._values.about, args=args, style="positive")

    def retract(self) -> Execute:
        title = self._reader.text("button.retract")
        return self._buttons.press_only(title, Verb.REQUEST_RETRACT, self._values.about, args=self._gone())

    def remind(self) -> Execute:
        """It knows when they were reminded last: pressed again, it reminds nobody."""
        at = self._values.request.reminded_at
        args = {"reminded": at.isoformat()} if at else None
        return self._buttons.press_only(
            self._reader.text("button.remind"), Verb.REQUEST_REMIND, self._values.about, args=args
        )

    def plain(self, key: str, verb: Verb) -> Execute:
        return self._buttons.press_only(self._reader.text(key), verb, self._values.about)

    def aside(self, key: str, verb: Verb) -> Execute:
        return self._buttons.press_only(self._reader.text(key), verb, self._values.about, mode="secondary")

    def again(self) -> Execute:
        return self._buttons.press(self._reader.text("button.recharge_again"), Verb.RECHARGE_OPEN)


def _approver(values: RequestValues, make: _Maker) -> list[Action]:
    if values.may_decide:
        return [
            make.approve(),
            make.speaking("button.reject", Verb.REQUEST_REJECT),
            make.speaking("button.ask_more", Verb.REQUEST_ASK),
            *_emergency(values, make),
            make.speaking("button.comment", Verb.REQUEST_COMMENT, aside=True),
            make.aside("button.reassign", Verb.REQUEST_REASSIGN_OPEN),
        ]
    if values.may_ratify:
        return [make.ratify()]
    return [make.retract()] if values.may_retract else []


def _requester(values: RequestValues, make: _Maker) -> list[Action]:
    request = values.request
    match request.state:
        case State.DRAFT:
            return _draft(request.kind, make)
        case State.PENDING:
            return _waiting(values, make)
        case state if state in ENDED_IN_VAIN and request.kind is Kind.RECHARGE and values.can_buy:
            return [make.again()]
        case _:
            return []


def _draft(kind: Kind, make: _Maker) -> list[Action]:
    """What is no recharge and no licences is sent as soon as it is made."""
    if kind is Kind.RECHARGE:
        return [make.send(Verb.RECHARGE_SEND), make.plain("button.edit", Verb.RECHARGE_EDIT)]
    return [make.send(Verb.LICENSES_SEND)] if kind is Kind.LICENSES else []


def _waiting(values: RequestValues, make: _Maker) -> list[Action]:
    request = values.request
    answer = [make.speaking("button.answer", Verb.REQUEST_ANSWER)] if request.question else []
    edit = [make.plain("button.edit", EDITS[request.kind])] if request.kind in EDITS else []
    comment = [] if answer else [make.speaking("button.comment", Verb.REQUEST_COMMENT, aside=True)]
    return [
        *answer,
        *edit,
        make.plain("button.withdraw", Verb.REQUEST_WITHDRAW),
        make.remind(),
        *_emergency(values, make),
        *comment,
        make.aside("button.reassign", Verb.REQUEST_REASSIGN_OPEN),
    ]


def _emergency(values: RequestValues, make: _Maker) -> list[Action]:
    """Only where break-glass would be allowed; it opens a form that says what it means."""
    return [make.plain("button.break_glass", Verb.BREAK_OPEN)] if values.may_break else []
