"""Files that somebody drops: their links are secrets, their names and contents are anybody's; and our own files."""

import logging
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from bot.config import read_settings
from bot.domain.dropped_file import FileState
from bot.keys import load_chain_key, load_keys
from bot.ports.collections import DROPPED_FILES, USAGE_DETAIL
from bot.ports.turn import File
from bot.store.connection import FILE_NAME
from bot.store.tiny import open_store
from bot.usecases.keep_file import cancel_file, confirm_file, drop_file, load_file
from cards.actions import Signer, Verb
from cards.kit import unescape
from tests.attack.bot import Bot, signed, texts_of
from tests.fakes import ANA, TENANT
from tests.usecases.export_files import table
from tests.usecases.world import World

DOWNLOAD = "application/vnd.microsoft.teams.file.download.info"
SECRET = "tempauth-eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0"


def dropped(bot: Bot, name: str, url: str) -> dict[str, Any]:
    file = {"contentType": DOWNLOAD, "name": name, "content": {"downloadUrl": url}}
    return bot.activity(ANA, text="", attachments=[file])


async def drop(world: World, content: bytes, name: str = "calls.csv") -> None:
    await world.introduce(ANA)
    url = f"https://contoso.sharepoint.com/x?{SECRET}"
    world.messenger.files[url] = content
    await drop_file(world.store, world.clock, TENANT, "f1", ANA.id, File(name, url))
    await world.work()


async def link(world: World) -> str:
    return (await load_file(world.store, TENANT, "f1")).body.url


@pytest.mark.parametrize("ending", list(FileState))
async def test_a_link_that_is_needed_no_more_is_kept_no_longer(world: World, ending: FileState) -> None:
    """It opens the file to whoever reads it, and a backup keeps it for years."""
    await drop(world, b"no export at all" if ending is FileState.BROKEN else table({}))
    if ending is FileState.CANCELED:
        await cancel_file(world.store, TENANT, "f1", ANA.id)
    if ending is FileState.BOOKED:
        await confirm_and_work(world)
    state = (await load_file(world.store, TENANT, "f1")).body.state
    over = {FileState.BOOKED, FileState.CANCELED, FileState.BROKEN}
    assert (state in over) is (ending in over)
    assert (await link(world) == "") is (state in over)


async def confirm_and_work(world: World) -> None:
    await confirm_file(world.store, world.clock, TENANT, "f1", ANA.id)
    await world.work()


async def test_a_link_is_in_no_log_and_in_no_repr(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await bot.post(dropped(bot, "calls.csv", f"https://contoso.sharepoint.com/x?{SECRET}"))
        await bot.world.work()
    told = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    found = await bot.world.store.find(DROPPED_FILES, TENANT)
    assert len(found.documents) == 1
    assert SECRET not in told
    assert SECRET not in repr(found)
    assert SECRET not in repr(File("calls.csv", f"https://x/{SECRET}"))


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "<at>Grace Kim</at>.csv",
        "[x](https://evil.example).csv",
        "a\u202egnp.csv",
        "x" * 5_000,
        "",
        "\x00",
    ],
)
async def test_whatever_a_file_is_called_its_card_shows_it_and_no_more(bot: Bot, name: str) -> None:
    url = "https://contoso.sharepoint.com/x"
    bot.world.messenger.files[url] = table({})
    await bot.post(dropped(bot, name, url))
    await bot.world.work()
    (message,) = [message for _, message in bot.world.messenger.sent]
    shown = "\n".join([message.text, message.summary, *texts_of(message.card)])
    assert not set("\u202e\x00") & set(shown)
    assert not re.search(r"(?<!\\)\](?=\()|<", "\n".join(texts_of(message.card)))
    assert bot.watch.bugs == []


async def test_a_call_to_a_place_that_is_a_formula_or_markup_is_only_text(bot: Bot) -> None:
    hostile = '=HYPERLINK("https://evil.example") <at>Ana</at> [x](https://evil.example)'
    await drop(bot.world, table({"destination": hostile.replace('"', "'")}))
    await confirm_and_work(bot.world)
    answer = await bot.press(signed(Verb.USAGE_SHOW, by="country", period="this_year"))
    assert "<at>" not in str(answer)
    assert "HYPERLINK" in unescape(str(answer))
    assert bot.watch.bugs == []


async def test_no_number_of_anybody_is_kept_wherever_it_stands(world: World) -> None:
    rows = [{"id": f"u{number}", "destination": told} for number, told in enumerate(NUMBERS)]
    await drop(world, table(*rows))
    await confirm_and_work(world)
    found = await world.store.find(USAGE_DETAIL, TENANT)
    assert not [number for number in NUMBERS if number in str(found)]


NUMBERS = ("+34600123456", "600 123 456", "(0034) 600-123-456", "tel:+34600123456", "+3460012****", "*67600123456")


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
async def test_nobody_else_on_the_machine_reads_our_files(tmp_path: Path) -> None:
    before = os.umask(0o000)
    try:
        settings = read_settings({"SALDO_DATA": str(tmp_path / "new" / "data")})
        load_keys(settings)
        store = await open_store(settings.data, chain_key=load_chain_key(settings))
        await World(store).buy(1)
        open_to_others = [path.name for path in settings.data.iterdir() if stat.S_IMODE(path.stat().st_mode) & 0o077]
        assert len(list(settings.data.iterdir())) >= 4
        await store.close()
    finally:
        os.umask(before)
    assert open_to_others == []
    assert stat.S_IMODE(settings.data.stat().st_mode) == 0o700
    assert (settings.data / FILE_NAME).exists()


def test_no_secret_shows_where_settings_and_keys_are_printed() -> None:
    settings = read_settings(
        {
            "MicrosoftAppId": "11111111-2222-3333-4444-555555555555",
            "MicrosoftAppTenantId": "11111111-2222-3333-4444-555555555555",
            "MicrosoftAppPassword": "hunter2-hunter2",
            "SALDO_BUTTON_KEYS": "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210",
        }
    )
    shown = f"{settings} {settings!r} {Signer(settings.button_keys)!r}"
    assert "hunter2" not in shown
    assert "ccddeeff" not in shown
    assert repr(settings.button_keys[0]) not in shown
