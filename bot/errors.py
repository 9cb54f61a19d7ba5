"""Every error the house raises on purpose, and the code a customer or a client is shown for it.

LobbyError
├── SetupError            something about this machine or its settings; says the cause and the mend
│   ├── DataError         a file under data/ is wrong; names file, line and cause
│   └── UploadsUnwritable storage          the folder of uploads takes no file (bot/uploads/service.py)
├── Refused               the request is understood and refused; nothing was changed
│   ├── NotFound          not_found      no such thing, or not visible to who asks
│   ├── NotAllowed        not_allowed    the role, origin or code does not permit it
│   ├── Conflict          conflict       the state does not allow it (any more); rooms refine it: no_window, none_left,
│   │                                    visit_over, another_day, booking_needed, slot_taken
│   ├── Invalid           invalid        a value is out of its domain
│   ├── TooLong           too_long       a text or file over its limit
│   └── TooMany           too_many       a flood; carries retry_after in seconds
└── AssistantAway         assistant_away Rasa or its action server did not answer this turn
"""

from __future__ import annotations


class LobbyError(Exception):
    """Base of all. `code` is machine-readable; the message is for logs and operators."""

    code = "error"


class SetupError(LobbyError):
    """Cause and mend in one readable message; commands print it without a stack trace."""

    code = "setup"

    def __init__(self, cause: str, mend: str) -> None:
        super().__init__(f"{cause}\n  -> {mend}")
        self.cause = cause
        self.mend = mend


class DataError(SetupError):
    """A file under `data/` does not hold what it must."""

    code = "data"

    def __init__(self, file: str, cause: str, *, line: int | None = None) -> None:
        place = file if line is None else f"{file}, line {line}"
        super().__init__(f"{place}: {cause}", "correct the file and start again")
        self.file = file
        self.line = line


class Refused(LobbyError):
    """`status` is the HTTP status the edge answers with."""

    code = "refused"
    status = 400


class NotFound(Refused):
    code = "not_found"
    status = 404


class NotAllowed(Refused):
    code = "not_allowed"
    status = 403


class Forbidden(Refused):
    """Signed in, but without the right."""

    code = "forbidden"
    status = 403


class Conflict(Refused):
    code = "conflict"
    status = 409


class Invalid(Refused):
    code = "invalid"
    status = 422


class TooLong(Refused):
    code = "too_long"
    status = 413


class TooMany(Refused):
    code = "too_many"
    status = 429

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class AssistantAway(LobbyError):
    code = "assistant_away"
