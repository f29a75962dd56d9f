"""The questions of each step of the set-up. Pure."""

from collections.abc import Sequence
from datetime import date

from bot.domain.admin_center import Page, path_to
from bot.domain.settings import Account, Settings
from bot.ports.reader import Reader
from cards.elements import Choice, DataQuery, Element, InputChoiceSet, InputDate, InputText
from cards.missing_permission import missing_permission_line
from cards.page import line, remark
from cards.paths import where


def account_inputs(settings: Settings, reader: Reader) -> list[Element | None]:
    """`kind`: mosa, ea, mca or csp; each is explained, because few people know the name of theirs."""
    choices = [
        Choice(title=f"{reader.text(f'account.{kind}')}. {reader.text(f'account.{kind}_is')}", value=kind.value)
        for kind in Account
    ]
    chosen = InputChoiceSet(
        id="kind",
        label=reader.text("setup.kind"),
        choices=choices,
        style="expanded",
        wrap=True,
        value=settings.account.value if settings.account else None,
        is_required=True,
        error_message=reader.text("setup.kind_missing"),
    )
    return [chosen, remark(reader.text("setup.kind_where"))]


def balance_inputs(settings: Settings, today: date, reader: Reader) -> list[Element | None]:
    """`amount` as typed, `currency` (ISO 4217), `read_on` (ISO date)."""
    return [
        remark(where(path_to(Page.BALANCE, today), reader)),
        InputText(
            id="amount",
            label=reader.text("setup.amount"),
            is_required=True,
            error_message=reader.text("recharge.amount_missing"),
            max_length=40,
        ),
        InputText(id="currency", label=reader.text("setup.currency"), value=settings.currency, max_length=3),
        InputDate(
            id="read_on",
            label=reader.text("setup.read_on"),
            value=today.isoformat(),
            max=today.isoformat(),
            is_required=True,
            error_message=reader.text("setup.read_on_missing"),
        ),
        remark(reader.text("setup.lots_unknown")),
    ]


def usage_inputs(missing_permission: str, usage_through: date | None, reader: Reader) -> list[Element | None]:
    """No input: a permission is granted in Microsoft's own page, a file is dropped into the chat."""
    return [
        line(missing_permission_line(missing_permission, reader)) if missing_permission else None,
        line(reader.text("setup.usage_known", day=usage_through)) if usage_through else None,
        line(reader.text("setup.usage_graph")),
        line(reader.text("setup.usage_file")),
    ]


def approver_inputs(settings: Settings, groups: Sequence[tuple[str, str]], reader: Reader) -> list[Element | None]:
    """`group` (an id), `people` (ids, comma-separated) and `typed` (addresses or a group's name)."""
    named = [person.name for person in settings.approvers]
    if settings.approver_group:
        named = [settings.approver_group.name, *named]
    return [
        line(reader.text("setup.approvers_now", names=named)) if named else None,
        _group(groups, reader) if groups else None,
        InputChoiceSet(
            id="people",
            label=reader.text("setup.people"),
            choices=[],
            choices_data=DataQuery(dataset="graph.microsoft.com/users"),
            is_multi_select=True,
        ),
        InputText(
            id="typed",
            label=reader.text("setup.typed"),
            placeholder=reader.text("setup.typed_example"),
            max_length=500,
        ),
    ]


def _group(groups: Sequence[tuple[str, str]], reader: Reader) -> InputChoiceSet:
    choices = [Choice(title=name, value=id_) for id_, name in groups]
    return InputChoiceSet(id="group", label=reader.text("setup.group"), choices=choices, style="expanded", wrap=True)
