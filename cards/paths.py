"""Where something is in the admin center, in the reader's language. Pure."""

from bot.domain.admin_center import Path
from bot.ports.reader import Reader


def path_text(path: Path, reader: Reader) -> str:
    """`Billing › Payment methods`."""
    return " › ".join(path.steps[reader.language])
