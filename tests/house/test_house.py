"""The whole house at work: web, Rasa and the action server as `lobby up` runs them, with the trained model."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.customer import Customer
from tests.processes import House, house, wait_for

pytestmark = pytest.mark.rasa

# Of nobody: the phone is in no one's use, the card is a test number, the ID's checksum is right by construction.
PLANTED = {
    "phone": "13912340077",
    "id_card": "11010519491231002X",
    "bank_card": "6222021234567890128",
    "email": "planted.person@example.com",
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("whole") / "home") as started:
        yield started


def bytes_of(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file() and not file.is_symlink()}


async def test_a_withdrawal_becomes_a_ticket_and_the_queue_is_told(running: House) -> None:
    customer = await Customer.connect(running.url)
    card = (await customer.say("我要取三万块钱")).card("ticket")
    assert card["number"].startswith("A")
    assert card["service"] == "取款"
    low, high = card["wait_minutes"]
    assert 0 <= low <= high
    status = (await customer.say("前面还有几个人")).card("ticket")
    assert status["number"] == card["number"]
    await customer.close()


async def test_the_same_message_twice_takes_one_number(running: House) -> None:
    customer = await Customer.connect(running.url)
    first = (await customer.say("我要取三万块钱", id="same")).card("ticket")
    again = await customer.say("我要取三万块钱", id="same")
    assert again.messages == []
    assert (await customer.say("前面还有几个人")).card("ticket")["number"] == first["number"]
    await customer.close()


async def test_a_choice_that_takes_a_number_works_once(running: House) -> None:
    customer = await Customer.connect(running.url)
    asked = await customer.say("取号")
    first = next(iter(asked.choices.values()))
    assert not (await customer.choose(first)).errors
    assert (await customer.choose(first)).errors[0]["code"] == "conflict"
    await customer.close()


async def test_the_answer_follows_the_language_of_the_last_message(running: House) -> None:
    customer = await Customer.connect(running.url)
    for text, locale in [("几点关门", "zh-Hans"), ("幾點關門", "zh-Hant"), ("when do you close", "en")]:
        assert (await customer.say(text)).messages[0]["locale"] == locale
    await customer.close()


async def test_planted_personal_data_is_nowhere_on_disk(running: House) -> None:
    customer = await Customer.connect(running.url)
    for kind, value in PLANTED.items():
        await customer.say(f"我的号码是 {value}，请记一下")
        await customer.say(f"my {kind} is {value}")
    await customer.say("我要投诉")
    asked = await customer.say("昨天在柜台等了两个小时，没有人管")
    while "不留" not in asked.choices:
        asked = await customer.choose(asked.choices["跳过"])
    filed = await customer.say(PLANTED["phone"])
    assert filed.card("complaint")["code"]
    await customer.close()
    running.children["web"].process.kill()  # type: ignore[union-attr]
    running.children["web"].process.wait()  # type: ignore[union-attr]
    found = [
        (kind, str(file))
        for file, content in bytes_of(running.settings.home).items()
        for kind, value in PLANTED.items()
        if value.encode() in content
    ]
    running.children["web"].start()
    wait_for(f"{running.url}/readyz", running.settings.logs)
    assert found == []


async def test_a_message_acknowledged_before_a_crash_is_answered_after_it(running: House) -> None:
    customer = await Customer.connect(running.url)
    await customer.send({"type": "say", "id": "crash", "text": "存款保险保多少"})
    await customer.until(lambda f: f["type"] == "ack")
    running.children["web"].process.kill()  # type: ignore[union-attr]
    running.children["web"].process.wait()  # type: ignore[union-attr]
    running.children["web"].start()
    await asyncio.to_thread(wait_for, f"{running.url}/readyz", running.settings.logs)
    back = await Customer.connect(running.url, session=customer.welcome["session"], last_seq=1)
    assert back.welcome["resumed"] is True
    # The dead process held the turn by a lease; it is taken over when that ends.
    reply = await back.until(lambda f: f["type"] == "message" and f["sender"] == "bot", seconds=70)
    assert reply["turn"] == "crash"
    assert await back.until(lambda f: f["type"] == "done") == {"type": "done", "id": "crash"}
    await back.close()


async def test_while_rasa_is_gone_there_is_a_menu_and_a_notice_when_it_is_back(running: House) -> None:
    customer = await Customer.connect(running.url)
    rasa = running.children["rasa"]
    assert rasa.process is not None
    rasa.process.kill()
    rasa.process.wait()
    menu = await customer.say("一年定期利率多少")
    assert list(menu.choices) == ["取号", "我要投诉", "叫工作人员"]
    rasa.start()
    notice = await customer.notice("assistant_back", seconds=90)
    assert notice["seq"] > 0
    assert (await customer.say("一年定期利率多少")).card("rates")
    await customer.close()
