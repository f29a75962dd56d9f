"""One record of a request's history in the reader's words: the step, and beneath it what it changed and why. Pure."""

from collections.abc import Iterator, Mapping

from bot.domain.audit import AuditRecord
from bot.domain.events import SALDO
from bot.domain.money import Money
from bot.domain.order_terms import DECLINE_REASONS
from bot.domain.requests import Assignment, State
from bot.ports.reader import Reader
from cards.licenses_table import REASONS
from cards.page import shortened
from cards.request_line import QUOTES

LONGEST_TEXT = 200  # characters shown of what somebody wrote; the audit has it whole
LONGEST_NAME = 60
OPERATOR = "operator:"

# The steps that there are: events of `bot/domain/events.py`, the draft, rounds of reminders, what an order desk said,
# and what an operator confirmed in earlier versions. Each has its text `trail.<step>`.
STEPS = frozenset(
    {
        "answer",
        "approve",
        "askmore",
        "begin",
        "book",
        "break",
        "buy",
        "comment",
        "decline",
        "draft",
        "edit",
        "expire",
        "fund",
        "lapse",
        "order_answer",
        "order_confirm",
        "order_desk",
        "outdate",
        "overdue",
        "place",
        "ratify",
        "reassign",
        "reject",
        "remind",
        "reminders",
        "report",
        "retract",
        "revise",
        "settleseat",
        "standingapproval",
        "submit",
        "voidapproval",
        "withdraw",
    }
)
CLAUSES = frozenset({"break_glass", "standing"})
# Later records carry the clause, too; here it is told where it lets a request go on.
BY_CLAUSE = frozenset({"request.break", "request.standingapproval", "request.begin"})

People = Mapping[str, str]


def step_words(record: AuditRecord, people: People, reader: Reader) -> str:
    """`Luis Vega approved`; for somebody else: `Luis Vega for Carmen Soler approved`."""
    step = record.verb.removeprefix("request.").replace(".", "_")
    name = person_words(record.actor, people, reader)
    behalf = record.details.get("for", "")
    if behalf:
        told = record.details.get("for_name") or person_words(behalf, people, reader)
        name = reader.text("trail.for", name=name, other=shortened(told, LONGEST_NAME))
    if step not in STEPS:
        return reader.text("trail.other", name=name, what=shortened(record.verb, LONGEST_NAME))
    return reader.text(f"trail.{step}", name=name)


def person_words(person: str, people: People, reader: Reader) -> str:
    """A name where one is known; of an operator the system's user."""
    if person == SALDO.id:
        return SALDO.name
    if person.startswith(OPERATOR):
        return reader.text("trail.operator", name=shortened(person.removeprefix(OPERATOR), LONGEST_NAME))
    return shortened(people.get(person) or person, LONGEST_NAME)


def below(record: AuditRecord, people: People, reader: Reader) -> str:
    """What the step changed, what belongs to it, and the reason that its actor gave."""
    parts = (*_changes(record, people, reader), *_details(record, people, reader), *_why(record, reader))
    return " · ".join(part for part in parts if part)


def _changes(record: AuditRecord, people: People, reader: Reader) -> Iterator[str]:
    for name, before, after in record.changes:
        match name:
            case "state":
                yield reader.text(f"stage.{after}") if after in set(State) else ""
            case "amount":
                yield _named(name, _replaced(_money(before, reader), _money(after, reader), reader), reader)
            case "reason" | "po_number":
                yield _named(name, _replaced(_quoted(before, reader), _quoted(after, reader), reader), reader)
            case "people":
                yield _named(name, _names(after, people, reader), reader)
            case "ratification" if after in ("unratified", "ratified"):
                yield reader.text(f"trail.{after}")
            case _:
                yield ""


def _details(record: AuditRecord, people: People, reader: Reader) -> Iterator[str]:
    """Beside the money of a confirmation stands its currency."""
    told = record.details
    currency = told.get("currency", "")
    for name in ("credited", "invoiced", "tax"):
        text = told.get(name, "")
        yield _named(name, _money(text if " " in text else f"{text} {currency}", reader) if text else "", reader)
    yield _named("reference", _plain(told.get("reference") or told.get("order_number", "")), reader)
    yield _named("to", person_words(told["to"], people, reader), reader) if told.get("to") else ""
    yield _seat(told, people, reader) if told.get("result") else ""
    by_clause = record.verb in BY_CLAUSE and told.get("clause") in CLAUSES
    yield reader.text(f"trail.clause_{told['clause']}") if by_clause else ""


def _why(record: AuditRecord, reader: Reader) -> Iterator[str]:
    """What somebody said is quoted; a reason of the order desk has words of ours. Records of an earlier version keep
    a comment among the details."""
    told = record.details
    yield _quoted(record.why or told.get("comment", "") or told.get("text", ""), reader)
    if record.verb in ("request.decline", "request.report"):
        reason = told.get("reason", "")
        yield reader.text(f"declined.{reason if reason in DECLINE_REASONS else 'other'}")


def _seat(told: Mapping[str, str], people: People, reader: Reader) -> str:
    name, result = person_words(told.get("person", ""), people, reader), told["result"]
    return _of(name, _result(result, told, reader), reader)


def _result(result: str, told: Mapping[str, str], reader: Reader) -> str:
    if result != Assignment.REFUSED.value:
        return reader.text(f"seat.{result}") if result in set(Assignment) else ""
    reason = told.get("reason", "")
    if reason in REASONS:
        return reader.text(f"seat.refused_{reason}")
    return reader.text("seat.refused", detail=_plain(told.get("detail") or reason))


def _names(ids: str, people: People, reader: Reader) -> str:
    return reader.names([person_words(id_, people, reader) for id_ in ids.split(",") if id_][:20])


def _replaced(before: str, after: str, reader: Reader) -> str:
    return reader.text("trail.change", before=before, after=after) if before and after else after or before


def _money(text: str, reader: Reader) -> str:
    """Of `500.00 EUR`; '' for nothing."""
    amount, _, currency = text.partition(" ")
    return reader.money(Money.of(amount, currency)) if amount and currency else ""


def _named(name: str, value: str, reader: Reader) -> str:
    return _of(reader.text(f"trail.{name}"), value, reader) if value else ""


def _of(name: str, value: str, reader: Reader) -> str:
    return reader.text("trail.named", name=name, value=value)


def _quoted(text: str, reader: Reader) -> str:
    return reader.text("trail.quote", text=_plain(text)) if text.strip() else ""


def _plain(text: str) -> str:
    """On one line, not too long, and without signs that would end the quotation."""
    return shortened(" ".join(text.translate(QUOTES).split()), LONGEST_TEXT)
