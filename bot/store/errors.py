"""How the store fails, in words for the person who runs it. Conflict and IdReused belong to the port.

StoreError
├── StoreUnavailable      the folder cannot be written, the file is no database, the disk is full, the lock is held
├── StoreClosed           a call after `close()`
├── NewerFile             the file was written by a later version of Saldo
├── NewerDocument         a document (or record) was written by a later version of Saldo
├── UnreadableDocument    a body that does not fit its type
└── WriteOutsideCommit    a write verb of TinyDB: only `commit` writes
"""

from pathlib import Path


class StoreError(Exception):
    """Base of all; its text is fit to be shown."""


class StoreUnavailable(StoreError):
    pass


class StoreClosed(StoreError):
    def __init__(self) -> None:
        super().__init__("the store is closed")


class NewerFile(StoreError):
    def __init__(self, path: Path, *, found: int, known: int) -> None:
        super().__init__(f"{path} has schema {found}; this version of Saldo knows {known}: install a newer one")


class NewerDocument(StoreError):
    def __init__(self, collection: str, id_: str, *, found: int, known: int) -> None:
        super().__init__(
            f"{collection} {id_!r} has schema {found}; this version of Saldo knows {known}: install a newer one"
        )


class UnreadableDocument(StoreError):
    def __init__(self, collection: str, id_: str, reason: str) -> None:
        super().__init__(f"{collection} {id_!r} cannot be read: {reason}")


class WriteOutsideCommit(StoreError):
    def __init__(self) -> None:
        super().__init__("only Store.commit writes; TinyDB is for reading here")
