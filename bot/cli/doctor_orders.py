"""The doctor's look at who buys: by hand, or the organisation's purchasing system, and whether that can be reached.
Nothing is ordered, and nothing signed leaves: it is only asked for the head of a page."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from bot.app.saldo import webhook_of
from bot.cli.checks import Check, note, ok, problem
from bot.config import Settings
from bot.config_values import host_of
from bot.orders.callback import PATH
from bot.orders.signature import TOLERANCE
from bot.orders.webhook import NotPublic, Webhook, check_host, open_session
from bot.ports.errors import Final
from bot.ports.reader import Reader

AREA = "orders"
TIMEOUT = aiohttp.ClientTimeout(total=10)
MINUTE = timedelta(minutes=1)
GONE = frozenset({404, 410})


async def examine_orders(settings: Settings, reader: Reader) -> list[Check]:
    webhook = webhook_of(settings)
    if webhook is None:
        return _by_hand(settings, reader)
    return [*_keys(webhook, reader), *await _reached(webhook, reader)]


def _by_hand(settings: Settings, reader: Reader) -> list[Check]:
    if settings.order_webhook:
        text = reader.text("cli.doctor.orders_by_hand_all_the_same")
        return [note(AREA, text, reader.text("cli.doctor.orders_by_hand_remedy"))]
    simulated = not settings.azure and settings.order_desk == "auto"
    return [ok(AREA, reader.text("cli.doctor.orders_simulated" if simulated else "cli.doctor.orders_by_hand"))]


def _keys(webhook: Webhook, reader: Reader) -> list[Check]:
    """The settings' own checks have seen to it that there is one, and that each is long enough."""
    count = len(webhook.keys)
    signed = ok(AREA, reader.text("cli.doctor.orders_signed", bits=8 * min(len(key) for key in webhook.keys)))
    if count == 1:
        return [signed]
    older = note(AREA, reader.plural("cli.doctor.orders_older", count - 1), reader.text("cli.doctor.orders_older_do"))
    return [signed, older]


async def _reached(webhook: Webhook, reader: Reader) -> list[Check]:
    host = host_of(webhook.url)
    try:
        check_host(webhook)
        async with (
            open_session(webhook) as session,
            session.head(webhook.url, allow_redirects=False, timeout=TIMEOUT) as response,
        ):
            return _answered(webhook, response, reader)
    except aiohttp.ClientConnectorCertificateError:
        text = reader.text("cli.doctor.orders_certificate", host=host)
        return [problem(AREA, text, reader.text("cli.doctor.orders_certificate_do"))]
    except aiohttp.ClientConnectorError as error:
        return [_inside(host, reader) if isinstance(error.os_error, NotPublic) else _away(host, error, reader)]
    except Final:
        return [_inside(host, reader)]
    except (aiohttp.ClientError, TimeoutError) as error:
        return [_away(host, error, reader)]


def _inside(host: str, reader: Reader) -> Check:
    return problem(
        AREA, reader.text("cli.doctor.orders_inside", host=host), reader.text("cli.doctor.orders_inside_do")
    )


def _away(host: str, error: Exception, reader: Reader) -> Check:
    text = reader.text("cli.doctor.orders_away", host=host, error=type(error).__name__)
    return problem(AREA, text, reader.text("cli.doctor.orders_away_do", host=host))


def _answered(webhook: Webhook, response: aiohttp.ClientResponse, reader: Reader) -> list[Check]:
    """Any status shows that it is there; it need not answer what is no order."""
    told = {"host": host_of(webhook.url), "status": str(response.status)}
    if 300 <= response.status < 400 or response.status in GONE:
        key = "gone" if response.status in GONE else "redirects"
        return [note(AREA, reader.text(f"cli.doctor.orders_{key}", **told), reader.text("cli.doctor.orders_path_do"))]
    if webhook.url.startswith("https:"):
        reached = ok(AREA, reader.text("cli.doctor.orders_reached", path=PATH, **told))
    else:
        reached = note(AREA, reader.text("cli.doctor.orders_in_clear", **told))
    # The sandbox has a clock of its own.
    return [
        reached,
        *([] if webhook.loopback else clocks(response.headers.get("Date", ""), datetime.now(UTC), reader)),
    ]


def clocks(told: str, now: datetime, reader: Reader) -> list[Check]:
    """`told` is an HTTP date. Either side refuses a signature of more than five minutes."""
    try:
        theirs = parsedate_to_datetime(told)
    except ValueError:
        return []
    apart = abs(now - theirs.replace(tzinfo=theirs.tzinfo or UTC))
    if apart <= TOLERANCE:
        return []
    text = reader.plural("cli.doctor.orders_clocks", apart // MINUTE)
    return [problem(AREA, text, reader.text("cli.doctor.orders_clocks_do"))]
