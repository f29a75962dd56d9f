"""Where things are in the Microsoft 365 admin center, as dated facts: the pages move about once a year. No I/O here.

To tell a new path add an entry with its day; the old ones stay, so that one sees what moved. Sources: Microsoft, "Set
up Communication Credits" and "Turn off auto recharge for MCA customers", both of 18 Nov 2024.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Page(StrEnum):
    BUY = "buy"
    BALANCE = "balance"
    AUTO_RECHARGE = "auto_recharge"
    PAYMENT = "payment"  # the card, or another way to pay


@dataclass(frozen=True, slots=True)
class Path:
    """Where `page` has been since `since`: what to follow, in each language of Saldo, and a `link` into it."""

    page: Page
    since: date
    steps: dict[str, tuple[str, ...]]
    link: str


_HOME = "https://admin.microsoft.com/Adminportal/Home"
_NOVEMBER_2024 = date(2024, 11, 18)

PATHS: tuple[Path, ...] = (
    Path(
        Page.BUY,
        date(2017, 10, 1),
        {
            "en": ("Billing", "Subscriptions", "Add-ons", "Communications Credits", "Buy"),
            "es": ("Facturación", "Suscripciones", "Complementos", "Créditos de comunicaciones", "Comprar"),
        },
        f"{_HOME}#/subscriptions",
    ),
    Path(
        Page.BUY,
        _NOVEMBER_2024,
        {
            "en": ("Marketplace", "All products", "Communication Credits", "Details", "Add funds"),
            "es": ("Marketplace", "Todos los productos", "Créditos de comunicación", "Detalles", "Agregar fondos"),
        },
        f"{_HOME}#/catalog",
    ),
    Path(
        Page.BALANCE,
        _NOVEMBER_2024,
        {
            "en": ("Billing", "Your products", "Communication Credits"),
            "es": ("Facturación", "Tus productos", "Créditos de comunicación"),
        },
        f"{_HOME}#/subscriptions",
    ),
    Path(
        Page.AUTO_RECHARGE,
        _NOVEMBER_2024,
        {
            "en": (
                "Billing",
                "Your products",
                "Communication Credits",
                "Billing settings",
                "Edit auto recharge settings",
            ),
            "es": (
                "Facturación",
                "Tus productos",
                "Créditos de comunicación",
                "Configuración de facturación",
                "Editar la configuración de recarga automática",
            ),
        },
        f"{_HOME}#/subscriptions",
    ),
    Path(
        Page.PAYMENT,
        _NOVEMBER_2024,
        {
            "en": ("Billing", "Payment methods"),
            "es": ("Facturación", "Métodos de pago"),
        },
        f"{_HOME}#/BillingAccounts/payment-methods",
    ),
)


def path_to(page: Page, today: date) -> Path:
    """The newest path that is known. Raises LookupError for a day before any of them."""
    known = [path for path in PATHS if path.page is page and path.since <= today]
    if not known:
        raise LookupError(page)
    return max(known, key=lambda path: path.since)
