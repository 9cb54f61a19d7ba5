"""The contract's client frames: what is taken and what is refused, without a socket."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web import frames
from bot.web.frames import FrameError
from bot.web.gateway import origin_allowed
from bot.web.limits import Bucket


def refused(raw: str) -> str:
    with pytest.raises(FrameError) as caught:
        frames.parse(raw)
    return caught.value.code


def say(text: object, id: object = "m1") -> str:
    return json.dumps({"type": "say", "id": id, "text": text})


def test_a_message_is_taken_as_it_was_typed() -> None:
    assert frames.parse(say("我要取三万块钱")) == frames.Say(id="m1", text="我要取三万块钱")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("{", "bad_json"),
        ("[" * 5000, "bad_json"),
        ("[1]", "bad_frame"),
        ("null", "bad_frame"),
        ('{"type":"dance"}', "unknown_type"),
        ("{}", "unknown_type"),
        ('{"type":"hello","protocol":2,"channel":"web"}', "unsupported_protocol"),
        ('{"type":"hello","protocol":1,"channel":"fax"}', "bad_frame"),
        ('{"type":"hello","protocol":1,"channel":"web","locale":"fr"}', "bad_frame"),
        ('{"type":"hello","protocol":1,"channel":"web","last_seq":-1}', "bad_frame"),
        ('{"type":"say","text":"x"}', "bad_frame"),
        ('{"type":"rate","id":"r","score":6}', "bad_frame"),
        ('{"type":"rate","id":"r","score":true}', "bad_frame"),
        ('{"type":"set","locale":"klingon"}', "bad_frame"),
        (say(7), "bad_frame"),
        (say("x", id="y" * 65), "bad_frame"),
        (say("字" * 2001), "too_long"),
        (say("  \n\t "), "empty"),
        (say("\u200b\u200e\ufeff"), "empty"),
        (say("\x00\x01"), "empty"),
    ],
)
def test_a_bad_frame_is_refused_with_its_code(raw: str, code: str) -> None:
    assert refused(raw) == code


def test_the_limit_itself_is_still_taken() -> None:
    assert len(frames.parse(say("字" * 2000)).text) == 2000  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "typed", ["/restart", " /restart", "\u3000/restart", "\x1c/restart", "／restart", "\u200b/restart"]
)
def test_a_leading_slash_never_stays_a_slash(typed: str) -> None:
    frame = frames.parse(say(typed))
    assert isinstance(frame, frames.Say)
    assert frame.text == "\u2215restart"


def test_control_characters_go_and_line_breaks_stay() -> None:
    assert frames.parse(say("a\x00b\nc\u202ed")) == frames.Say(id="m1", text="ab\nc\u202ed")


def test_a_lone_surrogate_does_not_reach_the_store() -> None:
    frame = frames.parse('{"type":"say","id":"m","text":"a\\ud800b"}')
    assert frame == frames.Say(id="m", text="ab")


@given(st.text(max_size=300))
def test_any_text_is_either_a_frame_or_a_refusal(raw: str) -> None:
    try:
        frames.parse(raw)
    except FrameError as error:
        assert error.code in {"bad_json", "bad_frame", "unknown_type"}


@given(st.text(max_size=200))
def test_any_say_becomes_storable_text(text: str) -> None:
    try:
        frame = frames.parse(say(text))
    except FrameError as error:
        assert error.code == "empty"
        return
    assert isinstance(frame, frames.Say)
    frame.text.encode("utf-8")
    assert "\x00" not in frame.text
    assert not frame.text.startswith(("/", "／"))


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        (None, "a:1", True),
        ("http://a:1", "a:1", True),
        ("https://bank.example", "a:1", True),
        ("http://evil.example", "a:1", False),
        ("null", "a:1", False),
        ("http://a:2", "a:1", False),
    ],
)
def test_only_our_own_and_listed_origins_may_open_a_socket(origin: str | None, host: str, allowed: bool) -> None:
    assert origin_allowed(origin, host, ("https://bank.example",)) is allowed


def test_a_bucket_refuses_past_its_burst_and_says_when_to_come_back() -> None:
    bucket = Bucket.full(rate=2.0, burst=3.0, now=0.0)
    assert [bucket.take(0.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert bucket.take(0.5) == 0.0
