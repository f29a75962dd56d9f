"""Who works at the simulated organisation: a table of invented people. Data only.

The named ones are relied on by transcripts and tests; `fillers` draws the rest from a seed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from bot.domain.people import Role
from bot.sandbox import skus


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table. `where` is the country, which is the usage location too unless not `located`."""

    name: str
    where: str
    department: str
    sku_ids: frozenset[str]
    manager: str | None = None
    roles: frozenset[Role] = frozenset()
    eligible: frozenset[Role] = frozenset()
    scoped: frozenset[Role] = frozenset()
    disabled_plans: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    has_saldo: bool = False
    enabled: bool = True
    guest: bool = False
    located: bool = True
    resource: bool = False
    address: str = ""


_E5 = frozenset({skus.E5})
_E5_DOMESTIC = frozenset({skus.E5, skus.DOMESTIC})
_E3_CONFERENCES = frozenset({skus.E3, skus.AUDIO_CONFERENCING})
_SWITCHBOARD = frozenset({skus.RESOURCE_ACCOUNT, skus.PAY_AS_YOU_GO})
_NO_CONFERENCES = frozenset({skus.AUDIO_CONFERENCING_PLAN})
_NONE: frozenset[str] = frozenset()

APPROVERS = "Saldo approvers"
SALES = "Ventas"
SALES_IBERIA = "Ventas Iberia"
VOICE = "Administradores de voz"
EVERYBODY = "Todo Contoso"

NAMED: tuple[Entry, ...] = (
    Entry("Ana Torres", "ES", "IT", _E5_DOMESTIC, "Grace Kim", frozenset({Role.TEAMS_ADMINISTRATOR}), has_saldo=True),
    Entry("Luis Vega", "MX", "Finance", _E5, "Carmen Soler", frozenset({Role.BILLING_ADMINISTRATOR}), has_saldo=True),
    Entry("Carmen Soler", "ES", "Finance", _E5, None, groups=frozenset({APPROVERS}), has_saldo=True),
    Entry("Grace Kim", "US", "IT", _E5, None, eligible=frozenset({Role.GLOBAL_ADMINISTRATOR})),
    Entry("Omar Haddad", "US", "IT", _E5, "Grace Kim", frozenset({Role.LICENSE_ADMINISTRATOR}), has_saldo=True),
    Entry("Eva Ruiz", "ES", "Sales", _E5, "Ana Beltrán", groups=frozenset({SALES_IBERIA}), has_saldo=True),
    Entry("Tom Baker", "US", "Sales", _NONE, "Omar Haddad", groups=frozenset({SALES}), has_saldo=True),
    Entry("Ana Beltrán", "ES", "Sales", _E5_DOMESTIC, "Carmen Soler", groups=frozenset({SALES_IBERIA})),
    Entry("Luis Ortega", "MX", "Support", _E3_CONFERENCES, "Luis Vega"),
    Entry("Nuria Campos", "ES", "Support", _E5 | {skus.CREDITS}, "Ana Torres"),
    Entry("Jorge Molina", "ES", "Legal", frozenset({skus.E3}), "Carmen Soler"),
    Entry("Marta Gil", "ES", "Logistics", _E5, "Ana Torres", located=False),
    Entry("Pablo Serrano", "ES", "Sales", _E5, "Ana Beltrán", enabled=False, groups=frozenset({SALES_IBERIA})),
    Entry("Hannah Fischer", "ES", "Partners", _NONE, guest=True, address="hannah.fischer@fabrikam.example"),
    Entry("Centralita Madrid", "ES", "Support", _SWITCHBOARD, resource=True),
    Entry("Rosa Delgado", "ES", "HR", _E3_CONFERENCES, "Ana Torres", disabled_plans=_NO_CONFERENCES),
    Entry("Diego Navarro", "MX", "IT", _E5, "Ana Torres", groups=frozenset({VOICE})),
    Entry("Emily Carter", "US", "HR", _E5, "Grace Kim", scoped=frozenset({Role.USER_ADMINISTRATOR})),
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(" "))


_GIVEN = {
    "ES": _words("Lucía Hugo Paula Álvaro Elena Javier Sara Iván Irene Raúl Alba Sergio Clara Óscar Noelia Rubén"),
    "MX": _words("Valeria Santiago Ximena Emiliano Fernanda Rodrigo Daniela Mateo Regina Arturo Itzel Gerardo"),
    "US": _words("Olivia Ethan Maya Noah Chloe Jason Priya Marcus Abigail Trevor Naomi Wesley"),
}
_SURNAMES = {
    "ES": _words("Ibáñez Peña Lozano Cano Prieto Vidal Pascual Rojas Crespo Marín Ferrer Santos"),
    "MX": _words("Aguilar Cárdenas Treviño Salazar Quintero Ríos Zamora Montes Ochoa Villarreal"),
    "US": _words("Brooks Nguyen Patel Sullivan Hayes Coleman Foster Reyes Whitman Larsen"),
}
_DEPARTMENTS = ("Sales", "Support", "Marketing", "Logistics", "Engineering", "HR", "Legal")
_HEADS = {"ES": "Ana Beltrán", "MX": "Luis Vega", "US": "Omar Haddad"}
_HOLDINGS = (_E5, _E5_DOMESTIC, _E5, _E3_CONFERENCES, _E5 | {skus.CREDITS}, frozenset({skus.E3}), _E5_DOMESTIC)


def fillers(seed: int) -> Iterator[Entry]:
    """Everybody else: 40 people, each given name once, the same ones for the same seed."""
    draw = Random(seed)  # noqa: S311 -- a simulation, nothing to protect
    for where, given_names in _GIVEN.items():
        for given in given_names:
            surname = _SURNAMES[where][int(draw.random() * len(_SURNAMES[where]))]
            department = _DEPARTMENTS[int(draw.random() * len(_DEPARTMENTS))]
            holdings = _HOLDINGS[int(draw.random() * len(_HOLDINGS))]
            groups = frozenset({SALES_IBERIA}) if where == "ES" and department == "Sales" else frozenset[str]()
            yield Entry(f"{given} {surname}", where, department, holdings, _HEADS[where], groups=groups)
