"""The card of what was out of the ordinary, in each of its states."""

from dataclasses import replace
from functools import partial

from bot.domain.anomalies import Anomaly, Sort
from bot.domain.people import PersonId
from cards.anomalies import AnomaliesValues, Seen, anomalies_card
from tests.cards.samples import DAY, Draw, eur

ANA = PersonId("ana")
DAY_FAR = Seen(Anomaly("d", Sort.DAY, DAY, eur("62.06"), 129, eur("25.20"), 58))
COUNTRY = Seen(Anomaly("c", Sort.COUNTRY, DAY, eur("20.61"), 1, place="MV", person=ANA), "Elena Vidal", "Maldivas")
NIGHT = Seen(Anomaly("n", Sort.NIGHT, DAY, eur("19.56"), 24, person=ANA, hours=(22, 23)), "Sales")
PERSON = Seen(Anomaly("p", Sort.PERSON, DAY, eur("40"), 7, person=ANA, limit=eur("33")), "N" * 90)


def anomalies() -> dict[str, Draw]:
    all_sorts = AnomaliesValues((DAY_FAR, COUNTRY, NIGHT, PERSON))
    own = replace(PERSON, anomaly=replace(PERSON.anomaly, own=True), who="")
    one_call = replace(DAY_FAR, anomaly=replace(DAY_FAR.anomaly, calls=1, usual_calls=1))
    values = {
        "news": AnomaliesValues((COUNTRY, NIGHT), news=True, may_change=True),
        "each sort": all_sorts,
        "one, of one call": AnomaliesValues((one_call,)),
        "a limit of their own": AnomaliesValues((own,), limit=eur("25"), may_change=True),
        "no limit yet": replace(all_sorts, may_change=True),
        "a wrong limit": replace(all_sorts, may_change=True, typed="much", error="This is no amount."),
        "more than fit": replace(all_sorts, seen=all_sorts.seen * 5),
        "none": AnomaliesValues(()),
    }
    return {name: partial(anomalies_card, one) for name, one in values.items()}
