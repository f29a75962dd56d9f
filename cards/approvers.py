"""Who can approve, in words: shared by the cards that ask for it. Pure."""

from dataclasses import dataclass

from bot.ports.reader import Reader
from cards.missing_permission import missing_permission_line


@dataclass(frozen=True, slots=True)
class Approvers:
    """Names of the people who may approve, the requester left out. `dormant` ones must activate a role first,
    `unreachable` ones have not installed Saldo. `missing_permission`: what Graph did not let us read. `unknown`: the
    directory did not answer, so that nobody is named and nobody ruled out."""

    reachable: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    dormant: tuple[str, ...] = ()
    missing_permission: str = ""
    unknown: bool = False

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
    return f"{first} {absent_line(approvers, reader)}".rstrip()


def absent_line(approvers: Approvers, reader: Reader) -> str:
    """`Omar can approve after activating a role. Grace does not have Saldo installed.`, or '' where all are ready."""
    told = (("approvers.dormant", approvers.dormant), ("approvers.unreachable", approvers.unreachable))
    return " ".join(reader.plural(key, len(names), names=reader.names(names)) for key, names in told if names)


def _nobody(approvers: Approvers, reader: Reader) -> str:
    nobody = reader.text("approvers.nobody")
    if not approvers.missing_permission:
        return nobody
    missing = missing_permission_line(approvers.missing_permission, reader)
    return f"{nobody} {missing} {reader.text('permission.granted_by')}"
