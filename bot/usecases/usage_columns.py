"""The columns of the usage export, by every name that they are known under. No I/O here.

Sources: Microsoft, "PSTN usage report" (English and Spanish pages), and Graph's `pstnCallLogRow`. Names are compared
without case, accents, spaces and punctuation; columns may stand in any order, and unknown ones are ignored.
"""

import unicodedata
from collections.abc import Sequence

from bot.domain.errors import Refusal

# What we call a column -> its names in exports, the likeliest first.
NAMES: dict[str, tuple[str, ...]] = {
    "id": (
        "UsageId", "Usage ID", "Id. de uso", "Identificador de uso", "Identificación de uso", "ID del uso",
        "Id. de utilización", "Identificador de utilización",
    ),
    "user_id": (
        "AAD ObjectId", "AAD Object ID", "Azure AD ObjectId", "Azure AD Object ID", "Entra ObjectId", "ObjectId",
        "Object ID", "userId", "User ID", "Id. de objeto de AAD", "Identificador de objeto de AAD", "ObjectId de AAD",
        "Id. de objeto de Azure AD", "Id. de objeto de Entra", "Id. de objeto de Microsoft Entra", "Id. de objeto",
        "Identificador de objeto", "Id. de usuario", "Identificador de usuario",
    ),
    "address": (
        "UPN", "User Principal Name", "Username", "Nombre principal de usuario", "Nombre principal del usuario",
        "Nombre de usuario",
    ),
    "call_type": ("Call Type", "Tipo de llamada", "Tipo de la llamada", "Call/SMS type", "Tipo de llamada/SMS"),
    "destination": (
        "Destination Dialed", "Destination Dialled", "destinationName", "Destino marcado", "Destino de la llamada",
        "Destino de marcado", "Destino de marcación", "Destino", "External Country", "País externo",
    ),
    "started_at": (
        "Start Time", "Start Time (UTC)", "startDateTime", "Hora de inicio", "Hora de inicio (UTC)",
        "Hora de comienzo", "Fecha y hora de inicio", "Hora inicial", "Inicio",
    ),
    "duration": (
        "Duration Seconds", "Duration (Seconds)", "Duration", "Duración en segundos", "Duración (segundos)",
        "Segundos de duración", "Duración segundos", "Duración",
    ),
    "connection": (
        "Connection Fee", "Connection Charge", "Tarifa de conexión", "Cuota de conexión", "Cargo de conexión",
        "Cargo por conexión", "Tarifa por conexión", "Comisión de conexión", "Costo de conexión", "Coste de conexión",
        "Precio de conexión",
    ),
    "charge": ("Charge", "Charges", "Cargo", "Cargos", "Importe", "Coste", "Costo", "Costes", "Costos"),
    "currency": ("Currency", "Moneda", "Divisa"),
    "capability": (
        "Capability", "License Capability", "Licence Capability", "Capacidad", "Capacidad de licencia",
        "Capacidad de la licencia", "Funcionalidad", "Funcionalidad de licencia", "Licencia",
    ),
}  # fmt: skip
OPTIONAL = frozenset({"user_id", "address", "destination", "duration", "connection"})


def find_columns(header: Sequence[str]) -> dict[str, int]:
    """Where each of our columns stands. An optional one that is missing stands at `len(header)`.

    Raises Refusal: usage_not_an_export, usage_column_missing, usage_column_twice.
    """
    places = _places(header)
    found = {column: _place(names, places, header) for column, names in NAMES.items()}
    missing = [NAMES[column][0] for column, place in found.items() if place is None and column not in OPTIONAL]
    if len(missing) == len(NAMES) - len(OPTIONAL):
        raise Refusal("usage_not_an_export")
    if missing:
        raise Refusal("usage_column_missing", columns=missing)
    return {column: len(header) if place is None else place for column, place in found.items()}


def count_known(header: Sequence[str]) -> int:
    """How many names of a header are ours: tells which separator a file uses."""
    return sum(plain(name) in _KNOWN for name in header)


def plain(name: str) -> str:
    """`Duración (segundos)` -> `duracionsegundos`."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", name).casefold() if sign.isalnum())


_KNOWN = frozenset(plain(name) for names in NAMES.values() for name in names)


def _places(header: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, name in enumerate(header):
        places.setdefault(plain(name), []).append(place)
    return places


def _place(names: Sequence[str], places: dict[str, list[int]], header: Sequence[str]) -> int | None:
    for name in names:
        found = places.get(plain(name), [])
        if len(found) > 1:
            raise Refusal("usage_column_twice", column=header[found[0]])
        if found:
            return found[0]
    return None
