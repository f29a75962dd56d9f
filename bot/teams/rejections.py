"""The teams room: how a delivery is turned away at the door. No handler runs after one of these.

Rejected
├── Unauthorized        401: no token, or one that does not hold
├── Forbidden           403: a good token for something else; a tenant or a service host that is not on the list
└── MalformedActivity   400: not an activity that Teams could have sent
"""


class Rejected(Exception):
    """`reason` names the rule or the field, never the value that broke it: it is logged and may be answered."""

    status = 400

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unauthorized(Rejected):
    status = 401


class Forbidden(Rejected):
    status = 403


class MalformedActivity(Rejected):
    status = 400
