"""The socket contract on a real `web` process, real sockets and a real database. Rasa is away throughout."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
import websockets
from sqlalchemy import text

from bot.store import Store
from tests.customer import Customer


async def test_a_customer_is_welcomed_with_a_session(lonely: str) -> None:
    customer = await Customer.connect(lonely, locale="en")
    assert customer.welcome["type"] == "welcome"
    assert customer.welcome["locale"] == "en"
    assert customer.welcome["seq"] == 0
    assert customer.welcome["resumed"] is False
    assert len(customer.welcome["session"]) > 32
    await customer.close()


async def test_a_message_is_acknowledged_echoed_answered_and_done(lonely: str) -> None:
    customer = await Customer.connect(lonely)
    await customer.say("你好", id="m1")
    kinds = [f["type"] for f in customer.frames[1:] if f["type"] != "typing"]
    assert kinds == ["ack", "message", "message", "done"]
    echo, reply = (f for f in customer.frames if f["type"] == "message")
    assert (echo["sender"], echo["id"], echo["text"], echo["seq"]) == ("customer", "m1", "你好", 1)
    assert (reply["sender"], reply["turn"], reply["seq"]) == ("bot", "m1", 2)
    assert reply["at"].endswith("Z")
    await customer.close()


async def test_acknowledged_means_stored(lonely: str, lonely_store: Store) -> None:
    customer = await Customer.connect(lonely)
    await customer.send({"type": "say", "id": "kept", "text": "要存下来的话"})
    await customer.until(lambda f: f["type"] == "ack")
    with lonely_store.read() as session:
        stored = session.execute(text("SELECT count(*) FROM messages WHERE text = '要存下来的话'")).scalar()
    assert stored == 1
    await customer.close()


async def test_the_same_id_twice_is_handled_once(lonely: str) -> None:
    customer = await Customer.connect(lonely)
    first = await customer.say("你好", id="twice")
    again = await customer.say("你好", id="twice")
    assert len(first.messages) == 1
    assert again.messages == []
    assert [f["type"] for f in customer.frames[-2:]] == ["ack", "done"]
    await customer.close()


async def test_a_client_that_reconnects_gets_what_it_missed_once_and_in_order(lonely: str) -> None:
    customer = await Customer.connect(lonely)
    await customer.say("一")
    await customer.send({"type": "say", "id": "cut", "text": "二"})
    await customer.until(lambda f: f["type"] == "ack")
    await customer.close()
    await asyncio.sleep(0.5)
    back = await Customer.connect(lonely, session=customer.welcome["session"], last_seq=2)
    assert back.welcome["resumed"] is True
    assert back.welcome["seq"] == 4
    missed = await back.rest()
    assert [f["seq"] for f in missed if f["type"] == "message"] == [3, 4]
    assert {"type": "done", "id": "cut"} in missed
    await back.close()


async def test_a_second_tab_sees_the_same_messages(lonely: str) -> None:
    one = await Customer.connect(lonely)
    two = await Customer.connect(lonely, session=one.welcome["session"])
    await one.say("你好", id="tab")
    echo = await two.until(lambda f: f["type"] == "message")
    assert echo["id"] == "tab"
    await two.until(lambda f: f == {"type": "done", "id": "tab"})
    await asyncio.gather(one.close(), two.close())


async def test_a_foreign_or_unknown_session_opens_a_new_one(lonely: str) -> None:
    customer = await Customer.connect(lonely, session="ABCDEFGH23456789.guess")
    assert customer.welcome["resumed"] is False
    await customer.close()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("{", "bad_json"),
        ('{"type":"dance"}', "unknown_type"),
        ('{"type":"say","id":"a","text":""}', "empty"),
        (json.dumps({"type": "say", "id": "a", "text": "字" * 2001}), "too_long"),
        ('{"type":"choose","id":"a","choice":"NOSUCHTOKEN"}', "not_found"),
        (b"\x00\x01", "binary"),
    ],
)
async def test_a_bad_frame_gets_an_error_and_the_socket_lives_on(lonely: str, raw: str | bytes, code: str) -> None:
    customer = await Customer.connect(lonely, locale="en")
    await customer.socket.send(raw)
    error = await customer.until(lambda f: f["type"] == "error")
    assert error["code"] == code
    assert error["message"].isascii()
    await customer.send({"type": "ping"})
    await customer.until(lambda f: f["type"] == "pong")
    await customer.close()


async def test_a_message_over_the_limit_is_not_stored(lonely: str, lonely_store: Store) -> None:
    customer = await Customer.connect(lonely)
    answer = await customer.say("超" * 2001)
    assert answer.errors[0]["code"] == "too_long"
    with lonely_store.read() as session:
        assert session.execute(text("SELECT count(*) FROM messages WHERE text LIKE '超超%'")).scalar() == 0
    await customer.close()


async def test_nothing_is_taken_before_hello(lonely: str) -> None:
    address = lonely.replace("http", "ws") + "/ws"
    async with websockets.connect(address) as socket:
        await socket.send('{"type":"say","id":"a","text":"x"}')
        assert json.loads(await socket.recv())["code"] == "no_hello"


async def test_a_foreign_origin_is_refused(lonely: str) -> None:
    address = lonely.replace("http", "ws") + "/ws"
    with pytest.raises(websockets.InvalidStatusCode) as caught:
        await websockets.connect(address, origin="https://evil.example")
    assert caught.value.status_code == 403
    own = await websockets.connect(address, origin=lonely)
    await own.close()


async def test_a_flood_is_refused_with_a_time_to_come_back_and_loses_nothing(lonely: str) -> None:
    customer = await Customer.connect(lonely)
    for index in range(300):
        await customer.send({"type": "say", "id": f"f{index}", "text": "快点"})
    frames = await customer.rest(2)
    refused = [f for f in frames if f["type"] == "error"]
    assert refused
    assert all(f["code"] == "too_many" and f["retry_after"] > 0 for f in refused)
    acknowledged = {f["id"] for f in frames if f["type"] == "ack"}
    done = {f["id"] for f in frames if f["type"] == "done"}
    assert acknowledged
    assert acknowledged == done
    other = await Customer.connect(lonely)
    assert (await other.say("你好")).messages
    await asyncio.gather(customer.close(), other.close())


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "'; DROP TABLE messages; --", "😀😀😀", "/restart"])
async def test_odd_text_is_just_text(lonely: str, typed: str) -> None:
    customer = await Customer.connect(lonely)
    answer = await customer.say(typed)
    assert answer.messages
    echo = next(f for f in customer.frames if f["type"] == "message")
    assert echo["text"] == typed.replace("/restart", "\u2215restart")
    await customer.close()


async def test_personal_data_is_masked_before_it_is_stored(lonely: str, lonely_store: Store) -> None:
    customer = await Customer.connect(lonely)
    await customer.say("我的手机 13812345678，邮箱 wang@example.com")
    echo = next(f for f in customer.frames if f["type"] == "message")
    assert echo["text"] == "我的手机 ⟨phone:1⟩，邮箱 ⟨email:1⟩"
    with lonely_store.engine.connect() as connection:
        dump = "\n".join(connection.connection.iterdump())  # type: ignore[attr-defined]
    assert "13812345678" not in dump
    assert "wang@example.com" not in dump
    await customer.close()


async def test_while_the_assistant_is_away_a_number_can_be_taken(lonely: str) -> None:
    customer = await Customer.connect(lonely)
    menu = await customer.say("我要取钱")
    assert list(menu.choices) == ["取号", "我要投诉", "叫工作人员"]
    services = await customer.choose(menu.choices["取号"])
    ticket = await customer.choose(next(iter(services.choices.values())))
    card = ticket.card("ticket")
    assert card["number"] in ticket.text
    assert {"number", "service", "zone", "windows", "ahead", "wait_minutes", "code"} <= card.keys()
    used = await customer.choose(next(iter(services.choices.values())))
    assert used.errors[0]["code"] == "conflict"
    await customer.close()


async def test_while_the_assistant_is_away_a_complaint_is_recorded(lonely: str) -> None:
    customer = await Customer.connect(lonely, locale="en")
    await customer.send({"type": "set", "locale": "en"})
    menu = await customer.say("hello there")
    asked = await customer.choose(menu.choices["Make a complaint"])
    assert "sorry" in asked.text
    filed = await customer.say("I waited two hours yesterday and was sent away")
    card = filed.card("complaint")
    page = httpx.get(f"{lonely}/api/complaints/{card['code']}")
    assert page.status_code == 200
    assert page.json()["number"] == card["number"]
    await customer.close()


async def test_while_the_assistant_is_away_a_person_can_be_called(lonely: str) -> None:
    customer = await Customer.connect(lonely)
    menu = await customer.say("有人吗")
    assert "第" in (await customer.choose(menu.choices["叫工作人员"])).text
    await customer.close()


async def test_a_choice_of_another_session_is_refused(lonely: str) -> None:
    one, two = await Customer.connect(lonely), await Customer.connect(lonely)
    menu = await one.say("你好")
    stolen = await two.choose(menu.choices["叫工作人员"])
    assert stolen.errors[0]["code"] == "not_found"
    await asyncio.gather(one.close(), two.close())


async def test_a_session_ended_by_the_customer_can_not_be_resumed(lonely: str) -> None:
    customer = await Customer.connect(lonely, channel="kiosk")
    await customer.say("你好")
    await customer.send({"type": "end"})
    assert await customer.until(lambda f: f["type"] == "bye") == {"type": "bye", "reason": "ended"}
    back = await Customer.connect(lonely, session=customer.welcome["session"])
    assert back.welcome["resumed"] is False
    assert await back.rest(0.3) == []
    await back.close()


async def test_a_handover_moves_the_session_to_another_device(lonely: str) -> None:
    kiosk = await Customer.connect(lonely, channel="kiosk")
    await kiosk.say("你好")
    made = httpx.post(f"{lonely}/api/sessions/{kiosk.welcome['session']}/handover").json()
    phone = await Customer.connect(lonely, handover=made["code"])
    assert phone.welcome["resumed"] is True
    assert [f["seq"] for f in await phone.rest(0.3) if f["type"] == "message"] == [1, 2]
    assert await kiosk.until(lambda f: f["type"] == "bye") == {"type": "bye", "reason": "moved"}
    second = await Customer.connect(lonely, handover=made["code"])
    assert second.welcome["resumed"] is False
    await asyncio.gather(phone.close(), second.close())


async def test_a_choice_of_language_by_hand_stays(lonely: str) -> None:
    customer = await Customer.connect(lonely)
    await customer.send({"type": "set", "locale": "zh-Hant"})
    answer = await customer.say("你好，请问几点关门")
    assert answer.messages[0]["locale"] == "zh-Hant"
    await customer.close()


async def test_a_rating_is_kept(lonely: str, lonely_store: Store) -> None:
    customer = await Customer.connect(lonely)
    await customer.send({"type": "rate", "id": "r1", "score": 5, "comment": "谢谢"})
    await customer.until(lambda f: f == {"type": "ack", "id": "r1"})
    with lonely_store.read() as session:
        assert session.execute(text("SELECT score FROM ratings WHERE comment = '谢谢'")).scalar() == 5
    await customer.close()


def test_the_process_is_alive_but_not_ready_without_rasa(lonely: str) -> None:
    assert httpx.get(f"{lonely}/healthz").status_code == 200
    ready = httpx.get(f"{lonely}/readyz")
    assert ready.status_code == 503
    assert ready.json()["status"] == "assistant_away"


def test_an_unknown_address_is_a_clear_json_answer(lonely: str) -> None:
    answer = httpx.get(f"{lonely}/api/nothing")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_a_guessed_ticket_code_is_not_found(lonely: str) -> None:
    answer = httpx.get(f"{lonely}/api/tickets/AAAABBBBCCCCDDDD")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_a_qr_code_only_leads_to_ourselves(lonely: str) -> None:
    good = httpx.get(f"{lonely}/api/qr.svg", params={"path": "/t/ABC"})
    assert good.headers["content-type"] == "image/svg+xml"
    for path in ("https://evil.example", "//evil.example", "/\\evil.example"):
        assert httpx.get(f"{lonely}/api/qr.svg", params={"path": path}).status_code == 422
