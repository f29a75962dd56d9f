"""The keys that sign buttons: as set, or one that is made once and kept in the data folder. File I/O only."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from bot.config import Problem, Settings, SettingsError
from bot.config_values import KEY_BYTES, Wrong, button_key

FILE_NAME = "button.key"


def load_keys(settings: Settings) -> tuple[bytes, ...]:
    """Keys newest first, never none. Raises SettingsError where the kept key is damaged or open to others."""
    return settings.button_keys or (_kept_key(settings.data / FILE_NAME),)


def _kept_key(path: Path) -> bytes:
    if not path.exists():
        _make(path)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise SettingsError([Problem("key_file_open", "SALDO_BUTTON_KEYS", FILE_NAME)])
    try:
        return button_key(path.read_text(encoding="ascii").strip())
    except (Wrong, UnicodeDecodeError):
        raise SettingsError([Problem("key_file_damaged", "SALDO_BUTTON_KEYS", FILE_NAME)]) from None


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
