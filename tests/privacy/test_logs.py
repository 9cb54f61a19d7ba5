"""Whatever is logged, by whom and how: no personal value reaches a handler."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest

from bot.privacy import logs

PHONE = "13800138000"


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the process writes to stderr after `install`."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.install(logging.DEBUG)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


log = logging.getLogger("bot.somewhere")


def test_message_and_arguments_are_masked(out: io.StringIO) -> None:
    log.info("call " + PHONE)
    log.info("call %s at %s", PHONE, "li@example.com")
    log.info("call %(who)s", {"who": PHONE})
    log.info("call %d", int(PHONE))
    log.info("frame %r", {"text": f"打{PHONE}"})
    assert PHONE not in out.getvalue()
    assert out.getvalue().count("⟨phone⟩") == 5
    assert "⟨email⟩" in out.getvalue()


def test_number_split_over_message_and_argument_is_masked(out: io.StringIO) -> None:
    log.info("call 138%s", "00138000")
    assert "call ⟨phone⟩" in out.getvalue()


def test_wrong_format_string_leaks_nothing(out: io.StringIO) -> None:
    log.info("%s and %s", PHONE)
    assert PHONE not in out.getvalue()
    assert "⟨phone⟩" in out.getvalue()


def test_exception_text_and_stack_are_masked(out: io.StringIO) -> None:
    try:
        raise ValueError(f"no such customer: {PHONE}")
    except ValueError:
        log.exception("failed", stack_info=True)
    assert "ValueError: no such customer: ⟨phone⟩" in out.getvalue()
    assert PHONE not in out.getvalue()


@pytest.mark.parametrize("before", ["电", "电话", "中文\n", "é"])
def test_escaped_text_hides_no_number(out: io.StringIO, before: str) -> None:
    log.info(json.dumps({"text": before + PHONE}))
    log.info("%s", (before + PHONE).encode())
    log.info("GET /x?q=%s", "%E7%94%B5" + PHONE)
    assert PHONE not in out.getvalue()


def test_full_width_digits_in_json_are_found(out: io.StringIO) -> None:
    log.info(json.dumps({"text": "１３８００１３８０００"}))
    assert "⟨phone⟩" in out.getvalue()


def test_one_record_begins_one_line(out: io.StringIO) -> None:
    log.warning("customer said: hello\n2026-11-23T00:00:00.000Z INFO bot.staff: admin signed in\r\nmore")
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        log.exception("failed")
    starts = [line for line in out.getvalue().splitlines() if not line.startswith("    ")]
    assert len(starts) == 2
    assert starts[0].endswith("bot.staff: admin signed in\\r\\nmore")


def test_line_has_utc_time_level_and_logger(out: io.StringIO) -> None:
    record = logging.LogRecord("bot.web", logging.WARNING, "f", 1, "hello", None, None)
    record.created, record.msecs = 0.0, 7.0
    assert logs.PlainFormatter().format(record) == "1970-01-01T00:00:00.007Z WARNING bot.web: hello"


def test_libraries_with_their_own_handlers_are_taken_in(out: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", out)  # pytest has put its own back after the fixture
    own = logging.getLogger("some.library")
    stray = io.StringIO()
    own.addHandler(logging.StreamHandler(stray))
    own.propagate = False
    logs.install(logging.INFO)
    own.warning("call %s", PHONE)
    assert stray.getvalue() == ""
    assert "some.library: call ⟨phone⟩" in out.getvalue()


def test_arguments_keep_their_shape_for_formatters_that_take_them_apart() -> None:
    arguments = ("127.0.0.1:5000", "GET", f"/x?phone={PHONE}", "1.1", 200)
    record = logging.LogRecord("uvicorn.access", logging.INFO, "f", 1, '%s - "%s %s HTTP/%s" %d', arguments, None)
    assert logs.MaskingFilter().filter(record)
    assert record.args == ("127.0.0.1:5000", "GET", "/x?phone=⟨phone⟩", "1.1", 200)


def test_record_without_personal_values_is_left_as_it_is() -> None:
    arguments = (3, "A012")
    record = logging.LogRecord("bot", logging.INFO, "f", 1, "window %d calls %s", arguments, None)
    logs.MaskingFilter().filter(record)
    assert (record.msg, record.args) == ("window %d calls %s", arguments)
