"""Secret keys: those that sign buttons, as set or made once and kept in the data folder; and the one that chains the
audit. File I/O only."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from bot.config import Problem, Settings, SettingsError
from bot.config_values import KEY_BYTES, Wrong, button_key

FILE_NAME = "button.key"
CHAIN_FILE_NAME = "chain.key"


def load_keys(settings: Settings) -> tuple[bytes, ...]:
    """Keys newest first, never none. Raises SettingsError where the kept key is damaged or open to others."""
    return settings.button_keys or (_kept_key(settings.data / FILE_NAME),)


def load_chain_key(settings: Settings) -> bytes:
    """The key of the streams' hash chain: not a button key, for a chain is verified with the key it began with.

    Raises SettingsError where the kept key is damaged or open to others.
    """
    return _kept_key(settings.data / CHAIN_FILE_NAME)


def _kept_key(path: Path) -> bytes:
    if not path.exists():
        _make(path)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise SettingsError([Problem("key_file_open", "SALDO_DATA", path.name)])
    try:
        return button_key(path.read_text(encoding="ascii").strip())
    except (Wrong, UnicodeDecodeError):
        raise SettingsError([Problem("key_file_damaged", "SALDO_DATA", path.name)]) from None


def _make(path: Path) -> None:
    """Whole or not at all, and the first of two processes wins: buttons of both must verify."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
