"""Under a Microsoft Customer Agreement nothing is bought: how post-paid begins, and refilling ends. Pure.

The order matters: who switches auto-recharge off before pay-as-you-go is on has no calls once the credits are spent.
Source: Microsoft, "Turn off Communication Credits auto recharge for Microsoft Customer Agreement customers".
"""

from bot.domain.admin_center import Page, Path
from bot.domain.money import Money
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import OpenUrl
from cards.page import line, page, remark
from cards.paths import path_text


def turn_off_card(path: Path, remaining: Money | None, reader: Reader, buttons: Buttons) -> Card:
    """`path` leads to the settings of auto-recharge; `remaining` is what the wallet still holds, None: not known."""
    left = remaining if remaining is not None and remaining.micros > 0 else None
    return page(
        reader,
        reader.text("turn_off.line"),
        line(reader.text("turn_off.first")),
        line(reader.text("turn_off.second", path=path_text(path, reader))),
        line(reader.text("turn_off.third", amount=left) if left else reader.text("turn_off.third_empty")),
        remark(reader.text("turn_off.why")),
        remark(reader.text("order.path_as_of", day=reader.full_day(path.since))),
        actions=[
            OpenUrl(title=reader.text("button.admin_center"), url=path.link),
            buttons.press(reader.text("button.budget"), Verb.BUDGET_SHOW),
            buttons.press_only(
                reader.text("button.path_changed"), Verb.PATH_CHANGED, args={"page": Page.AUTO_RECHARGE.value}
            ),
        ],
    )
