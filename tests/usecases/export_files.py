"""Usage exports, written as short as a test needs them."""

import io
import zipfile

ENGLISH = {
    "id": "UsageId",
    "user_id": "AAD ObjectId",
    "address": "UPN",
    "call_type": "Call Type",
    "destination": "Destination Dialed",
    "started_at": "Start Time",
    "duration": "Duration Seconds",
    "connection": "Connection Fee",
    "charge": "Charge",
    "currency": "Currency",
    "capability": "Capability",
}
GOOD = {
    "id": "u1",
    "user_id": "AAAA-1",
    "address": "ana@contoso.example",
    "call_type": "user_out",
    "destination": "France",
    "started_at": "2026-11-16T08:15:30.1234567Z",
    "duration": "61",
    "connection": "0.10",
    "charge": "0.045",
    "currency": "EUR",
    "capability": "MCOPSTNPP",
}


def table(*rows: dict[str, str], header: dict[str, str] = ENGLISH, separator: str = ",") -> bytes:
    """A CSV with the columns of `header`; each row is a good one with some values changed."""
    lines = [separator.join(header.values())]
    for row in rows:
        values = GOOD | row
        lines.append(separator.join(quoted(values.get(column, ""), separator) for column in header))
    return ("\r\n".join(lines) + "\r\n").encode()


def quoted(value: str, separator: str) -> str:
    escaped = value.replace('"', '""')
    return f'"{escaped}"' if separator in value or '"' in value or "\n" in value else value


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()
