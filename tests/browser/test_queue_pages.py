"""A visit to the branch through the pages: prepare, take a number, wait, be called, be helped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit

from selenium.webdriver.common.keys import Keys
from sqlalchemy import update

from bot.branch.service import load_branch
from bot.store import Store, utc_now
from bot.visits.models import Visit
from tests.browser.conftest import Page
from tests.browser.steps import ask, call_number, number_for, sit_at
from tests.processes import House


def test_a_number_from_the_kiosk_is_called_on_the_board_at_the_kiosk_and_on_the_phone(
    browser: Callable[[], Page], console: Page
) -> None:
    kiosk, board, phone = browser(), browser(), browser()
    kiosk.open("/kiosk", "kiosk")
    kiosk.press("language-zh-Hans")
    kiosk.press("tile-ask")
    ask(kiosk, "我要取三万块钱")
    number = kiosk.see("ticket-number").text.strip()
    assert number.startswith("A")
    code = kiosk.driver.execute_script("return arguments[0].querySelector('img').src", kiosk.see("card-ticket"))
    phone.open(parse_qs(urlsplit(code).query)["path"][0], "phone")
    assert phone.see("ticket-number", number)
    phone.press("ticket")  # from now on it rings and shakes
    board.open("/board")
    sit_at(console, "1")
    call_number(console, number)
    assert board.see("call", number)
    assert kiosk.see("notice", number)
    assert phone.see("ticket-headline", "Window 1")
    console.keys("s")
    assert phone.see("ticket-headline", "being served at Window 1")
    console.keys("d")
    assert phone.see("ticket-headline", "All done")
    assert [each.errors() for each in (kiosk, board, phone)] == [[], [], []]


def test_a_place_is_held_taken_up_missed_and_won_back_on_the_ticket_page(page: Page, console: Page) -> None:
    ticket = number_for(page, "forex")
    page.open(ticket.path, "phone")
    page.see("hold", "10")
    assert page.faults() == []
    page.resize("phone")
    page.press("hold", "10")
    assert page.see("ticket-headline", "Your place is kept until")
    page.press("here")
    assert page.see("told", "Welcome back")
    page.press("delay")
    assert page.see("told", "three others go first")
    sit_at(console, "5")
    call_number(console, ticket.number)
    assert page.see("ticket-headline", "Please come to Window 5")
    console.keys("x")
    assert console.see("problem", "call again first")
    console.keys("r")
    console.see("told", "called again")
    console.keys("x")
    assert page.see("ticket-todo", "Rejoin")
    assert page.faults() == []
    page.press("rejoin")
    assert page.see("told", "back in line")
    assert page.see("ticket-ahead")
    page.press("cancel")
    page.press("cancel-yes")
    assert page.see("ticket-headline", "cancelled")
    assert page.errors() == []


def test_a_number_is_set_aside_called_back_and_transferred_by_keyboard(page: Page, console: Page) -> None:
    ticket = number_for(page, "loan")
    page.open(ticket.path, "phone")
    sit_at(console, "7")
    call_number(console, ticket.number)
    console.keys("p")
    assert console.see("parked", ticket.number)
    assert page.see("ticket-headline", "set aside")
    console.keys("u")
    assert console.see("current-number", ticket.number)
    console.gone("parked")
    console.keys("t")
    console.see("transfer-dialog")
    console.keys("Bus", Keys.TAB, Keys.TAB, Keys.TAB, Keys.ENTER)
    assert console.see("told", "transferred")
    assert page.see("ticket", "Business banking")
    assert page.see("ticket-number", ticket.number)
    sit_at(console, "6")
    console.keys("n")
    assert console.see("current-number", ticket.number)
    console.keys("s")
    console.see("told", "being served")
    console.keys("d")
    assert page.see("ticket-headline", "All done")


def test_a_visit_prepared_at_home_is_a_number_at_the_kiosk_and_papers_at_the_window(
    browser: Callable[[], Page], console: Page
) -> None:
    home, kiosk = browser(), browser()
    home.open("/demo", "phone")
    home.press("prepare")
    home.press("service-card_service")
    home.press("paper-id_card")
    assert home.faults() == []
    home.press("send")
    code = home.see("code").text
    missing = home.see("missing").text
    assert home.faults() == []
    kiosk.open("/kiosk?locale=en", "kiosk")
    kiosk.press("tile-code")
    kiosk.type("check-in-code", "AAAA AAAA", enter=True)
    assert kiosk.see("check-in-problem")
    kiosk.keys(Keys.BACKSPACE, code, Keys.ENTER)
    assert kiosk.see("check-in-told", missing)
    number = kiosk.see("ticket-number").text.strip()
    home.driver.refresh()
    assert home.see("ticket", number)
    kiosk.press("print-slip")
    assert kiosk.see("slip-said")
    assert kiosk.faults() == []
    sit_at(console, "4")
    call_number(console, number)
    assert console.see("papers", missing)
    kiosk.wait(lambda: "Please come" in kiosk.see("card-ticket").text or None, "the call on the kiosk's card")
    kiosk.press("done")
    kiosk.see("attract")
    assert number not in kiosk.text()


def test_a_kiosk_left_alone_with_a_code_on_it_is_wiped(page: Page) -> None:
    page.open("/kiosk?locale=en&idle=1&warn=1", "kiosk")
    page.press("tile-code")
    page.type("check-in-code", "K7")
    page.see("attract")
    page.press("tile-code")
    assert page.see("check-in-code").get_attribute("value") == ""


def test_staff_see_who_is_expected_today_and_test_the_printer(page: Page, console: Page, running: House) -> None:
    page.open("/visit", "phone")
    page.press("service-loan")
    page.press("send")
    code = page.see("code").text.replace(" ", "")
    today_at_ten(running, code)
    console.press("section-tickets")
    assert console.see("appointment", "Loan")
    assert console.see("appointment", "10:00")
    assert console.see("appointment", "not here yet")
    console.press("printer-test")
    assert console.see("printer-state", "works")
    assert console.faults() == []


def today_at_ten(running: House, code: str) -> None:
    """Appointments can only be booked ahead and on working days; the test runs on any."""
    branch = load_branch(running.settings.branch_dir)
    at = datetime.combine(branch.day(utc_now()), time(10), tzinfo=branch.timezone)
    store = Store(running.settings.database_url)
    with store.begin() as session:
        session.execute(update(Visit).where(Visit.code == code).values(slot_at=at, valid_until=at + timedelta(days=1)))
    store.close()


def test_a_guide_is_followed_step_by_step_and_read_as_a_whole(page: Page) -> None:
    page.open("/guide/cash_machine/withdraw", "phone")
    assert page.see("guide-title", "Withdraw")
    first = page.see("words").text
    page.press("next")
    page.keys(Keys.ARROW_RIGHT)
    assert page.see("words").text != first
    page.press("mode")
    assert "Return card" in page.see("all-steps").text
    assert page.faults() == []
    assert page.errors() == []


def test_a_request_from_the_chat_is_taken_by_staff_and_the_customer_told_who_comes(page: Page, console: Page) -> None:
    page.open("/kiosk", "kiosk")
    page.press("language-zh-Hans")
    page.press("tile-ask")
    ask(page, "我妈妈的轮椅在门口坡道，需要人帮忙")
    page.see("card-request")
    console.press("section-requests")
    console.see("request")
    assert console.faults() == []
    console.press("request-take")
    assert page.see("notice", "Admin")
    console.press("request-done")
    console.gone("request")
    assert page.errors() == []
