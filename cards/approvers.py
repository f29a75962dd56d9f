"""Who can approve, in words: shared by the cards that ask for it. Pure."""

from dataclasses import dataclass

from bot.ports.reader import Reader
from cards.missing_permission import missing_permission_line


@dataclass(frozen=True, slots=True)
class Approvers:
    """Names of the people who may approve, the requester left out. `dormant` ones must activate a role first,
    `unreachable` ones have not installed Saldo. `missing_permission`: what Graph did not let us read. `unknown`: the
    directory did not answer, so that nobody is named and nobody ruled out. `needed` approvals are more than they can
    give, or it takes one of finance and none is among them (`finance_missing`): `addable` could be named, too."""

    reachable: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    dormant: tuple[str, ...] = ()
    missing_permission: str = ""
    unknown: bool = False
    needed: int = 1
    finance_missing: bool = False
    addable: tuple[str, ...] = ()

    @property
    def nobody(self) -> bool:
        return not (self.reachable or self.dormant or self.unreachable or self.unknown)


NOBODY = Approvers()


def approvers_line(approvers: Approvers, reader: Reader) -> str:
    """`Carmen and Luis can approve. Grace does not have Saldo installed.`"""
    if approvers.unknown:
        return reader.text("approvers.unknown")
    if approvers.nobody:
        return _nobody(approvers, reader)
    able = approvers.reachable
    if able:
        first = reader.plural("approvers.can", len(able), names=reader.names(able))
    else:
        first = reader.text("approvers.none_reachable")
    return " ".join(part for part in (first, absent_line(approvers, reader), short_line(approvers, reader)) if part)


def short_line(approvers: Approvers, reader: Reader) -> str:
    """`It takes 2 approvals, which is more than can be given. Eva Ruiz could be named as approver.`, or ''."""
    told = []
    if approvers.needed > 1:
        told.append(reader.text("approvers.too_few", needed=approvers.needed))
    elif approvers.finance_missing:
        told.append(reader.text("approvers.no_finance"))
    if told and approvers.addable:
        told.append(_addable(approvers, reader))
    return " ".join(told)


def _addable(approvers: Approvers, reader: Reader) -> str:
    return reader.plural("approvers.addable", len(approvers.addable), names=reader.names(approvers.addable))


def absent_line(approvers: Approvers, reader: Reader) -> str:
    """`Omar can approve after activating a role. Grace does not have Saldo installed.`, or '' where all are ready."""
    told = (("approvers.dormant", approvers.dormant), ("approvers.unreachable", approvers.unreachable))
    return " ".join(reader.plural(key, len(names), names=reader.names(names)) for key, names in told if names)


def _nobody(approvers: Approvers, reader: Reader) -> str:
    nobody = reader.text("approvers.nobody")
    if approvers.addable:
        nobody = f"{nobody} {_addable(approvers, reader)}"
    if not approvers.missing_permission:
        return nobody
    missing = missing_permission_line(approvers.missing_permission, reader)
    return f"{nobody} {missing} {reader.text('permission.granted_by')}"
