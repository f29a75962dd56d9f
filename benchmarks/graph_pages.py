"""A local server that answers `getPstnCalls` of any day: prints its port, then serves.

    python -m benchmarks.graph_pages PAGES_A_DAY ROWS_A_PAGE

Pages are rendered once; only days and ids in them change, so that the server costs little beside its client.
"""

import json
import re
import sys
from datetime import date

from aiohttp import web

from benchmarks.calls import calls

ROWS_A_PAGE = 1_000
PAGES_A_DAY = 10
_DAY = b"2000-01-01"


def _pages(pages: int, rows_a_page: int) -> list[bytes]:
    rows = [
        {
            "id": f"{_DAY.decode()}-{call.id[11:]}",
            "callId": call.id,
            "userId": call.caller,
            "userPrincipalName": f"caller{call.number}@contoso.example",
            "userDisplayName": f"Caller {call.number}",
            "startDateTime": f"{_DAY.decode()}T{call.started:%H:%M:%S}.1234567Z",
            "endDateTime": f"{_DAY.decode()}T{call.started:%H:%M:%S}.1234567Z",
            "duration": call.seconds,
            "charge": float(call.charge),
            "callType": "user_out",
            "currency": "EUR",
            "calleeNumber": "+331*****",
            "usageCountryCode": "ES",
            "tenantCountryCode": "ES",
            "connectionCharge": 0.0,
            "callerNumber": "+3491*****",
            "destinationContext": "International",
            "destinationName": call.place,
            "conferenceId": None,
            "licenseCapability": "MCOPSTNPP",
            "inventoryType": "Subscriber",
            "operator": "Microsoft",
            "callDurationSource": "microsoft",
        }
        for call in calls(pages * rows_a_page)
    ]
    return [json.dumps(rows[at : at + rows_a_page]).encode() for at in range(0, len(rows), rows_a_page)]


class Server:
    def __init__(self, pages: list[bytes]) -> None:
        self._pages = pages

    async def answer(self, request: web.Request) -> web.Response:
        found = re.search(r"fromDateTime=([\d-]+)", request.path)
        day = date.fromisoformat(found[1] if found else "")
        number = int(request.query.get("$skip", "0"))
        rows = self._pages[number].replace(_DAY, day.isoformat().encode())
        if number + 1 == len(self._pages):
            return web.Response(body=b'{"value":' + rows + b"}", content_type="application/json")
        link = f"http://{request.host}{request.path}?$skip={number + 1}"
        body = b'{"value":' + rows + b',"@odata.nextLink":' + json.dumps(link).encode() + b"}"
        return web.Response(body=body, content_type="application/json")


def main() -> None:
    app = web.Application()
    app.router.add_get("/{path:.*}", Server(_pages(*map(int, sys.argv[1:]))).answer)
    web.run_app(app, host="127.0.0.1", port=0, access_log=None, print=_print_port)


def _print_port(told: str) -> None:
    found = re.search(r":(\d+)", told)
    if found:
        print(found[1], flush=True)


if __name__ == "__main__":
    main()
