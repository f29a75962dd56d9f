"""Where something is in the admin center, in the reader's language. Pure."""

from bot.domain.admin_center import Path
from bot.ports.reader import Reader


def path_text(path: Path, reader: Reader) -> str:
    """`Billing › Payment methods`."""
    return " › ".join(path.steps[reader.language])


def where(path: Path, reader: Reader) -> str:
    """`In the admin center: Billing › Payment methods.`"""
    return reader.text("path.where", path=path_text(path, reader))
