"""How a port fails.

PortError
├── Retry              passing: busy, throttled, connection broken before anything was sent; `after_seconds` if told
├── Unknown            it may have happened: read back or supersede before doing it again
└── Final              it will not work as it stands; `code` and `message` as the service said them
    ├── NotFound
    └── MissingPermission   the organisation has not granted `permission`; `granted_by` says who can
"""


class PortError(Exception):
    """Base of all. `request_id` is the service's own id for the call, for its support."""

    def __init__(self, message: str = "", *, request_id: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.request_id = request_id


class Retry(PortError):
    def __init__(self, message: str = "", *, after_seconds: float | None = None, request_id: str = "") -> None:
        super().__init__(message, request_id=request_id)
        self.after_seconds = after_seconds


class Unknown(PortError):
    pass


class Final(PortError):
    def __init__(self, message: str = "", *, code: str = "", request_id: str = "") -> None:
        super().__init__(message, request_id=request_id)
        self.code = code


class NotFound(Final):
    pass


class MissingPermission(Final):
    def __init__(self, permission: str, *, message: str = "", request_id: str = "") -> None:
        super().__init__(message, code="missing_permission", request_id=request_id)
        self.permission = permission
