"""Logs without personal data: a filter for every handler of every process, and one plain format."""

from __future__ import annotations

import logging
import re
import sys
import time
import traceback
from collections.abc import Mapping
from typing import Any

from bot.privacy import rules

# JSON and repr() hide where a number begins: "\u753513800138000" is 电 and a phone number.
_ESCAPED = re.compile(r"\\u(?!00[0-7]|[dD][89a-fA-F])([0-9a-fA-F]{4})")
_GLUED = re.compile(r"\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2}")


def mask_line(text: str) -> str:
    """`text` with `⟨phone⟩` and the like for personal values; no numbers, since a log belongs to no session."""
    text = _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)
    text = _mask(text, text)
    if _GLUED.search(text):
        text = _mask(text, _GLUED.sub(lambda match: "\n" * len(match.group()), text))
    return text


def _mask(text: str, searched: str) -> str:
    for span in reversed(rules.find(searched)):
        text = f"{text[: span.start]}⟨{span.type}⟩{text[span.end :]}"
    return text


class MaskingFilter(logging.Filter):
    """Masks message, arguments, exception and stack of each record. Belongs on handlers: those see every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            said = record.getMessage()
        except Exception:
            # A wrong format string would make the handler print the raw arguments.
            said = f"{record.msg} {record.args}"
            record.msg, record.args = mask_line(said), None
        masked = mask_line(said)
        if masked != said:
            record.args = _mask_arguments(record.args)
            if isinstance(record.msg, str):
                record.msg = mask_line(record.msg)
            if not _says(record, masked):
                record.msg, record.args = masked, None
        if record.exc_info:
            # Handlers would format the exception anew: they get the masked text alone.
            record.exc_text = mask_line("".join(traceback.format_exception(*record.exc_info)).rstrip())
            record.exc_info = None
        elif record.exc_text:
            record.exc_text = mask_line(record.exc_text)
        if record.stack_info:
            record.stack_info = mask_line(record.stack_info)
        return True


def _says(record: logging.LogRecord, expected: str) -> bool:
    try:
        return record.getMessage() == expected
    except Exception:
        return False


def _mask_arguments(arguments: Any) -> Any:
    """The same shape with masked texts: uvicorn's access format takes its arguments apart."""
    if isinstance(arguments, Mapping):
        return {name: _mask_argument(value) for name, value in arguments.items()}
    return tuple(_mask_argument(value) for value in arguments or ())


def _mask_argument(value: Any) -> Any:
    if isinstance(value, bool | float) or value is None:
        return value
    said = str(value)
    masked = mask_line(said)
    return value if masked == said else masked


class PlainFormatter(logging.Formatter):
    """`2026-11-23T09:30:00.123Z WARNING bot.web.socket: message`; what belongs to it follows, indented."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:
        # One record, one line: nobody can write a second line that looks like a record.
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace("\n", "\n    ")


def install(level: int | str = logging.INFO) -> None:
    """The only handler of this process: stderr, masked, one line a record. Call again after a library's own set-up.

    Handlers that libraries hang on their own loggers are taken off, so that their records come here too.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainFormatter())
    handler.addFilter(MaskingFilter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for logger in list(root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger) and logger.handlers:
            logger.handlers.clear()
            logger.propagate = True
    logging.captureWarnings(True)
