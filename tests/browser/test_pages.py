"""The main job through the pages, as a customer and a member of staff would do it."""

from __future__ import annotations

import uuid

import pytest

from tests.browser.conftest import SIZES, Page
from tests.browser.steps import SECTIONS, ask, open_widget
from tests.processes import House


def test_a_question_in_the_widget_is_answered_with_the_keyboard_alone(page: Page) -> None:
    open_widget(page)
    ask(page, "what is the interest on 50,000 for two years")
    assert page.see("card-rates")
    page.type("composer-input", "\ue00c")  # Escape
    page.gone("panel")
    assert page.errors() == []


def test_a_complaint_is_told_followed_and_seen_by_staff(page: Page, console: Page) -> None:
    open_widget(page, "phone")
    ask(page, "I want to complain")
    page.see("message", "tell me what happened")
    story = f"I waited two hours and nobody came to the counter {uuid.uuid4().hex[:6]}"
    ask(page, story)
    for question in ("When was it", "Where did it happen", "member of staff", "phone number or e-mail"):
        page.see("message", question)
        page.press("choice")
    card = page.see("card-complaint")
    number = next(word for word in card.text.split() if word.startswith("C2"))
    link = page.driver.execute_script("return arguments[0].querySelector('a[href*=\"/c/\"]')", card)
    page.open(link.get_attribute("href").removeprefix(page.url), "phone")
    assert page.see("complaint-number", number)
    assert page.see("complaint-due")
    console.press("section-complaints")
    assert console.see("complaint", number)


def test_staff_read_what_the_assistant_understood(page: Page, console: Page) -> None:
    open_widget(page)
    word = f"转账手续费怎么收{uuid.uuid4().hex[:4]}"
    ask(page, word)
    page.see("message", "手续费")
    console.press("section-conversations")
    console.press("conversation", word)
    assert "transfer" in console.see("intent").text
    assert console.see("confidence").text


def test_staff_join_answer_and_leave(page: Page, console: Page) -> None:
    open_widget(page)
    ask(page, "转人工")
    page.see("message", "工作人员")
    console.press("section-handoffs")
    console.press("handoff-open")
    console.press("join")
    console.type("reply-input", "您好，我是大堂经理")
    console.press("reply-send")
    assert page.see("message", "您好，我是大堂经理")
    console.press("leave")


def test_done_wipes_the_kiosk(page: Page) -> None:
    page.open("/kiosk", "kiosk")
    page.press("language-zh-Hans")
    page.press("tile-ask")
    ask(page, "存款保险保多少")
    page.see("message", "50")
    page.press("done")
    page.see("attract")
    assert "存款保险保多少" not in page.text()
    assert page.driver.execute_script("return sessionStorage.length + localStorage.length") == 0


def test_a_phone_number_is_shown_as_hidden(page: Page) -> None:
    open_widget(page)
    ask(page, "打我电话 13812345678")
    page.wait(lambda: "13812345678" not in page.text() or None, "the number to be hidden")
    assert page.see("message", "隐藏")


def test_html_typed_by_a_customer_is_only_text(page: Page, console: Page) -> None:
    open_widget(page)
    mark = uuid.uuid4().hex[:6]
    ask(page, f"<img src=x onerror=\"document.title='hacked'\">{mark}")
    page.see("message", mark)
    console.press("section-conversations")
    console.press("conversation", mark)
    console.see("transcript-message", mark)
    assert page.driver.title != "hacked"
    assert console.driver.title != "hacked"


def test_a_lost_connection_is_said_and_healed(page: Page, running: House) -> None:
    open_widget(page)
    ask(page, "你好")
    page.see("message", "您好")
    web = running.children["web"]
    assert web.process is not None
    web.process.kill()
    web.process.wait()
    page.see("connection-banner")
    web.start()
    page.gone("connection-banner", seconds=40)
    ask(page, "几点关门")
    assert page.see("message", "17:00", seconds=30)


def test_an_unknown_ticket_is_a_kind_page(page: Page) -> None:
    page.open("/t/AAAABBBBCCCCDDDD", "phone")
    assert page.see("not-found")


PATHS = [
    *("/kiosk", "/demo", "/board", "/staff", "/visit", "/guide/cash_machine/withdraw"),
    *("/t/AAAABBBBCCCCDDDD", "/c/AAAABBBBCCCCDDDD", "/v/AAAABBBB", "/guide/cash_machine/fly"),
]


@pytest.mark.parametrize("path", PATHS)
def test_no_page_overflows_or_breaks_accessibility(page: Page, path: str) -> None:
    for size in SIZES:
        page.open(path, size)
        page.wait(lambda: len(page.text()) > 20 or None, f"{path} to show something")
        assert page.overflow() <= 0, f"{path} at {size}"
        assert page.violations() == [], f"{path} at {size}"


def test_a_conversation_breaks_no_accessibility(page: Page, console: Page) -> None:
    open_widget(page, "phone")
    for text, card in [
        ("我要取三万块钱", "card-ticket"),
        ("一年定期利率多少", "card-rates"),
        ("洗手间在哪", "card-place"),
    ]:
        ask(page, text)
        page.see(card)
    assert page.overflow() <= 0
    assert page.violations() == []
    for section in SECTIONS:
        console.resize("desk")
        console.press(f"section-{section}")
        assert console.faults() == [], section
