"""Who can approve, in words: shared by the cards that ask for it. Pure."""

from dataclasses import dataclass

from bot.ports.reader import Reader


@dataclass(frozen=True, slots=True)
class Approvers:
    """Names of the people who may approve, the requester left out. `unreachable` ones have not installed Saldo;
    `could_be_added` are worth naming where nobody else can approve."""

    reachable: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    could_be_added: tuple[str, ...] = ()

    @property
    def nobody(self) -> bool:
        return not self.reachable and not self.unreachable


NOBODY = Approvers()


def approvers_line(approvers: Approvers, reader: Reader) -> str:
    """`Carmen and Luis can approve. Grace does not have Saldo installed.`"""
    if approvers.nobody:
        return _nobody(approvers, reader)
    able = approvers.reachable
    if able:
        first = reader.plural("approvers.can", len(able), names=reader.names(able))
    else:
        first = reader.text("approvers.none_reachable")
    return f"{first} {absent_line(approvers, reader)}".rstrip()


def absent_line(approvers: Approvers, reader: Reader) -> str:
    """`Grace does not have Saldo installed.`, or '' where everybody has."""
    absent = approvers.unreachable
    return reader.plural("approvers.unreachable", len(absent), names=reader.names(absent)) if absent else ""


def _nobody(approvers: Approvers, reader: Reader) -> str:
    if approvers.could_be_added:
        return reader.text("approvers.nobody_add", names=reader.names(approvers.could_be_added))
    return reader.text("approvers.nobody")
