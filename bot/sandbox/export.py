"""The admin center's usage export of the simulated tenant: a zip with `PSTN.calls.[UTC].csv`.

RFC 4180 with a byte order mark, times in UTC (ISO 8601), amounts with a point. Columns, English then Spanish:

    UsageId                  Id. de uso
    Call ID                  Id. de llamada
    Conference ID            Id. de conferencia
    User Location            Ubicación del usuario
    AAD ObjectId             Id. de objeto de AAD
    UPN                      UPN
    User Display Name        Nombre para mostrar del usuario
    Caller ID                Id. del autor de la llamada
    Call Type                Tipo de llamada
    Number Type              Tipo de número
    Domestic/International   Nacional/Internacional
    Destination Dialed       Destino marcado
    Destination Number       Número de destino
    Start Time               Hora de inicio
    End Time                 Hora de finalización
    Duration Seconds         Duración en segundos
    Connection Fee           Tarifa de conexión
    Charge                   Cargo
    Currency                 Moneda
    Capability               Capacidad
    Call Direction           Dirección de la llamada
    External Country         País externo

Values are the same in both. Usage: python -m bot.sandbox.export FILE.zip [--locale es] [--from DAY] [--to DAY]
"""

import argparse
import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.domain.money import Money
from bot.sandbox.calls import SandboxCall, visible_calls, visible_through
from bot.sandbox.clock import BEGINNING

CSV_NAME = "PSTN.calls.[UTC].csv"

ENGLISH = (
    "UsageId",
    "Call ID",
    "Conference ID",
    "User Location",
    "AAD ObjectId",
    "UPN",
    "User Display Name",
    "Caller ID",
    "Call Type",
    "Number Type",
    "Domestic/International",
    "Destination Dialed",
    "Destination Number",
    "Start Time",
    "End Time",
    "Duration Seconds",
    "Connection Fee",
    "Charge",
    "Currency",
    "Capability",
    "Call Direction",
    "External Country",
)
SPANISH = (
    "Id. de uso",
    "Id. de llamada",
    "Id. de conferencia",
    "Ubicación del usuario",
    "Id. de objeto de AAD",
    "UPN",
    "Nombre para mostrar del usuario",
    "Id. del autor de la llamada",
    "Tipo de llamada",
    "Tipo de número",
    "Nacional/Internacional",
    "Destino marcado",
    "Número de destino",
    "Hora de inicio",
    "Hora de finalización",
    "Duración en segundos",
    "Tarifa de conexión",
    "Cargo",
    "Moneda",
    "Capacidad",
    "Dirección de la llamada",
    "País externo",
)
HEADERS = {"en": ENGLISH, "es": SPANISH}


def export_zip(calls: Iterable[SandboxCall], *, locale: str = "en") -> bytes:
    """The whole zip. `locale` is `en` or `es` and chooses the headers."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(CSV_NAME, date_time=(2026, 11, 22, 9, 0, 0))  # the same bytes each time
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, export_csv(calls, locale=locale))
    return packed.getvalue()


def export_csv(calls: Iterable[SandboxCall], *, locale: str = "en") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADERS[locale])
    writer.writerows(_row(call) for call in calls)
    return text.getvalue().encode("utf-8-sig")


def _row(call: SandboxCall) -> tuple[object, ...]:
    user = call.user
    return (
        call.id,
        call.call_id,
        call.conference_id or "",
        call.country,
        user.id if user else "",
        user.person.address if user else "",
        user.name if user else "",
        call.caller,
        call.call_type,
        call.number_type,
        "Domestic" if call.domestic else "International",
        call.rate.destination,
        call.callee,
        _moment(call.started),
        _moment(call.ended),
        call.seconds,
        Money(call.connection_micros, call.currency),
        Money(call.charge_micros, call.currency),
        call.currency,
        call.capability,
        "Inbound" if call.inbound else "Outbound",
        call.rate.country,
    )


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def main(arguments: list[str] | None = None) -> None:
    through = visible_through(BEGINNING)
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox.export", description="The sandbox's usage export.")
    parser.add_argument("file", type=Path, help="the zip to write")
    parser.add_argument("--locale", choices=sorted(HEADERS), default="en", help="language of the headers")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, help="first UTC day (default: 90 days)")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, default=through, help="last UTC day")
    asked = parser.parse_args(arguments)
    first = asked.first or asked.last - timedelta(days=89)
    now = datetime.combine(asked.last + timedelta(days=3), datetime.min.time(), UTC)  # late rows included
    now = max(now, BEGINNING) if asked.last > through else BEGINNING
    asked.file.write_bytes(export_zip(visible_calls(first, asked.last, now), locale=asked.locale))


if __name__ == "__main__":
    main()
