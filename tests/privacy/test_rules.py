"""What is personal in a text, and what only looks like it."""

from __future__ import annotations

import string
import time
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric

from bot.privacy import rules
from bot.privacy.rules import Span, find
from bot.store.base import CODE_ALPHABET


def found(text: str) -> list[tuple[str, str]]:
    return [(span.type, text[span.start : span.end]) for span in find(text)]


PERSONAL = [
    ("phone", "13800138000", "13800138000"),
    ("phone", "１３８００１３８０００", "13800138000"),
    ("phone", "138 0013 8000", "13800138000"),
    ("phone", "138-0013-8000", "13800138000"),
    ("phone", "138－0013－8000", "13800138000"),
    ("phone", "138　0013　8000", "13800138000"),
    ("phone", "138.0013.8000", "13800138000"),
    ("phone", "138 00 13 80 00", "13800138000"),
    ("phone", "1380013 8000", "13800138000"),
    ("phone", "1 3 8 0 0 1 3 8 0 0 0", "13800138000"),
    ("phone", "+86 138 0013 8000", "13800138000"),
    ("phone", "+8613800138000", "13800138000"),
    ("phone", "＋８６ １３８００１３８０００", "13800138000"),
    ("phone", "0086-13800138000", "13800138000"),
    ("phone", "8613800138000", "13800138000"),
    ("phone", "(+86)13800138000", "13800138000"),
    ("phone", "（86）13800138000", "13800138000"),
    ("phone", "013800138000", "13800138000"),
    ("phone", "+852 9123 4567", "+85291234567"),
    ("phone", "+85291234567", "+85291234567"),
    ("phone", "00852-91234567", "+85291234567"),
    ("phone", "(852) 9123 4567", "+85291234567"),
    ("phone", "+853 6612 3456", "+85366123456"),
    ("phone", "0912345678", "0912345678"),
    ("phone", "0912-345-678", "0912345678"),
    ("phone", "+886 912 345 678", "0912345678"),
    ("phone", "010-12345678", "01012345678"),
    ("phone", "(021) 12345678", "02112345678"),
    ("phone", "（021）12345678", "02112345678"),
    ("phone", "0755-2345678", "07552345678"),
    ("phone", "01012345678", "01012345678"),
    ("phone", "+86 21 1234 5678", "02112345678"),
    ("phone", "+1 415 555 2671", "+14155552671"),
    ("email", "li.ming@example.com", "li.ming@example.com"),
    ("email", "Li.Ming+bank@mail.example.com.cn", "li.ming+bank@mail.example.com.cn"),
    ("email", "ｌｉ＠example．com", "li@example.com"),
    ("email", "li@qq。com", "li@qq.com"),
    ("email", "13800138000@163.com", "13800138000@163.com"),
    ("id_card", "11010119900307123X", "11010119900307123X"),
    ("id_card", "11010119900307123x", "11010119900307123X"),
    ("id_card", "１１０１０１１９９００３０７１２３Ｘ", "11010119900307123X"),
    ("id_card", "110101199003071233", "110101199003071233"),
    ("id_card", "110101 19900307 1233", "110101199003071233"),
    ("id_card", "1101 0119 9003 0712 33", "110101199003071233"),
    ("id_card", "110101-1990-0307-1233", "110101199003071233"),
    ("id_card", "110101900307123", "110101900307123"),
    ("bank_card", "4111111111111111", "4111111111111111"),
    ("bank_card", "4111 1111 1111 1111", "4111111111111111"),
    ("bank_card", "4111-1111-1111-1111", "4111111111111111"),
    ("bank_card", "378282246310005", "378282246310005"),
    ("bank_card", "3782 822463 10005", "378282246310005"),
    ("bank_card", "6222021234567890128", "6222021234567890128"),
    ("bank_card", "622202 1234567890128", "6222021234567890128"),
    ("bank_card", "6222 0212 3456 7890 128", "6222021234567890128"),
]


@pytest.mark.parametrize(("kind", "written", "meant"), PERSONAL)
def test_personal_value_is_found_however_it_is_typed(kind: str, written: str, meant: str) -> None:
    for text in (written, f"我的是{written}，谢谢", f"It is {written}.", f"号码:{written}\n第二行"):
        assert found(text) == [(kind, written)]
    assert rules.canonical(kind, written) == meant


@pytest.mark.parametrize("card", ["6222021234567890", "622202123456789013", "6222 0212 3456 7890"])
def test_unionpay_card_with_a_typing_error_is_still_masked(card: str) -> None:
    assert not luhn.is_valid(card.replace(" ", ""))
    assert found(f"卡号{card}") == [("bank_card", card)]


def test_identity_number_with_wrong_check_digit_is_still_masked() -> None:
    assert not ric.is_valid("110101199003071230")
    assert found("身份证110101199003071230") == [("id_card", "110101199003071230")]


def test_number_typed_inside_a_word_or_beside_letters_is_found() -> None:
    assert found("tel13800138000") == [("phone", "13800138000")]
    assert found("13800138000or13900139000") == [("phone", "13800138000"), ("phone", "13900139000")]
    assert found("ICBC4111111111111111") == [("bank_card", "4111111111111111")]


def test_numbers_side_by_side_are_kept_apart() -> None:
    assert found("110101199003071233 13800138000") == [("id_card", "110101199003071233"), ("phone", "13800138000")]
    assert found("13800138000 13900139000") == [("phone", "13800138000"), ("phone", "13900139000")]
    assert found("13800138000 2000") == [("phone", "13800138000")]
    assert found("1.13800138000 2.13900139000") == [("phone", "13800138000"), ("phone", "13900139000")]


def test_copied_number_with_invisible_marks_is_found() -> None:
    assert found("\u202d138 0013 8000\u202c") == [("phone", "138 0013 8000")]
    assert found("138\u200b0013\u200b8000") == [("phone", "138\u200b0013\u200b8000")]


def test_longer_reading_wins() -> None:
    assert found("13800138000@163.com") == [("email", "13800138000@163.com")]
    assert found("+86 13800138000") == [("phone", "+86 13800138000")]


def test_phone_number_right_behind_an_identity_number_is_told_apart() -> None:
    text = "11010119900307123X13800138000"
    assert found(text) == [("id_card", text[:18]), ("phone", text[18:])]


def test_what_a_longer_reading_leaves_over_is_searched_again() -> None:
    assert found("138 0013 8000a@b.cn") == [("phone", "138 0013 8000"), ("email", "a@b.cn")]


LOOK_ALIKES = [
    *("30000元", "取30000", "138001380.00", "13,800,138,000", "¥13800138000", "13800138000元", "13800138000.50"),
    *("USD 13800138000", "10000000000美元", "1000、2000、3000", "30000 20000 10000", "15 3000 20000"),
    *("2026-11-23", "2026年11月23日 09:30", "20261123", "20261123093000", "2026-11-23 2026-11-30", "1990"),
    *("9:00-17:00", "0900-1700", "3.25%", "1.95%-2.35%", "0.30000000000000004"),
    *("95588", "95588 12378 12363", "12378", "110", "12345", "021-95588", "400-820-8820", "4008208820"),
    *("400 820 8820", "800-810-8888", "+86 400 820 8820"),
    *("A012", "3号窗口 A012 15分钟", "C20261123-0007", "C20261123-0007 1234"),
    *("A2B3C4D5E6F7G8H9", "W222222222222222", "692.168.100.200", "139.100.120.12"),
    *("a@b", "@所有人", "user@", "@example.com", "存3万 5年"),
]


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_look_alike_stays(text: str) -> None:
    assert found(text) == []
    assert found(f"请问{text}，谢谢") == []


def test_name_of_a_day_is_no_unit_of_money() -> None:
    assert found("13800138000元旦前打给我") == [("phone", "13800138000")]


around = st.text(alphabet="我的电话是，。 ab(（:\n", max_size=20)


@given(before=around, after=around, number=st.from_regex(r"\A1[3-9][0-9]{9}\Z"))
def test_every_mobile_number_is_masked_whatever_surrounds_it(before: str, after: str, number: str) -> None:
    text = before + number + after
    spans = find(text)
    assert any(span.start <= len(before) and span.end >= len(before) + 11 for span in spans)


@given(
    place=st.from_regex(r"\A[1-6][1-7][0-9]{4}\Z"),
    born=st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 1, 1)),
    order=st.from_regex(r"\A[0-9]{3}\Z"),
    separator=st.sampled_from(["", " ", "-"]),
)
def test_every_identity_number_is_masked(place: str, born: date, order: str, separator: str) -> None:
    body = place + f"{born:%Y%m%d}" + order
    number = body + ric.calc_check_digit(body + "0")
    written = separator.join((number[:6], number[6:14], number[14:]))
    assert found(f"身份证号{written}。") == [("id_card", written)]


@given(st.from_regex(r"\A[34569][0-9]{11,17}\Z"), st.booleans())
def test_every_card_number_is_masked(body: str, spaced: bool) -> None:
    number = body + luhn.calc_check_digit(body)
    assume(len(set(number)) > 1)
    written = " ".join(number[place : place + 4] for place in range(0, len(number), 4)) if spaced else number
    # Some are identity numbers as well: masked all the same.
    assert [(span.start, span.end) for span in find(written)] == [(0, len(written))]


@given(st.text(alphabet=CODE_ALPHABET, min_size=16, max_size=16), around)
def test_no_code_of_ours_is_ever_masked(code: str, before: str) -> None:
    assume(not code.isdigit() and not (before and before[-1] in "ab"))
    assert found(f"{before}{code}") == []
    assert found(code.lower()) == []


@given(st.dates(), st.integers(0, 9999))
def test_no_complaint_number_is_ever_masked(day: date, serial: int) -> None:
    assert found(f"投诉 C{day:%Y%m%d}-{serial:04d} 进度") == []


@given(st.integers(1, 10**15), st.sampled_from(["元", "块", "美元", "人民币", " CNY", ".00元"]))
def test_no_amount_with_a_unit_is_masked(amount: int, unit: str) -> None:
    number = str(amount)
    # A residence number of fifteen digits stays personal whatever follows it.
    assume(not any(span.type == "id_card" for span in find(number)))
    assert found(f"取{number}{unit}") == []


hostile = st.text(alphabet=string.digits * 4 + " -.()+@aX⟨⟩元／．９", max_size=120)


@given(st.one_of(st.text(max_size=80), hostile))
def test_spans_are_in_order_apart_and_inside_the_text(text: str) -> None:
    end = 0
    for span in find(text):
        assert span.type in rules.TYPES
        assert end <= span.start < span.end <= len(text)
        end = span.end


@given(hostile)
def test_masking_loses_nothing_but_what_was_found(text: str) -> None:
    text = rules.neutralise(text)
    spans = find(text)
    masked = rules.mask(text, spans, {})
    kept = "".join(
        text[a:b] for a, b in zip([0, *(s.end for s in spans)], [*(s.start for s in spans), len(text)], strict=True)
    )
    left = masked.text
    for token in masked.values:
        assert token in left
        left = left.replace(token, "")
    assert left == kept


@given(st.text(alphabet="⟨⟩〈〉phone:1 a", max_size=40))
def test_typed_token_brackets_are_neutralised_at_the_same_length(text: str) -> None:
    plain = rules.neutralise(text)
    assert len(plain) == len(text)
    assert "⟨" not in plain
    assert "⟩" not in plain


def test_tokens_are_counted_by_type_and_go_on_from_the_counters() -> None:
    text = "打13800138000或138 0013 8000，不行打13900139000，邮箱li@example.com"
    masked = rules.mask(text, find(text), {"phone": 4})
    assert masked.text == "打⟨phone:5⟩或⟨phone:5⟩，不行打⟨phone:6⟩，邮箱⟨email:1⟩"
    assert masked.values == {
        "⟨phone:5⟩": "13800138000",
        "⟨phone:6⟩": "13900139000",
        "⟨email:1⟩": "li@example.com",
    }


def test_mask_does_not_change_its_counters() -> None:
    counters = {"phone": 1}
    rules.mask("13800138000", [Span("phone", 0, 11)], counters)
    assert counters == {"phone": 1}


HOSTILE = [
    *("1" * 2000, "1 " * 1000, "138 " * 500, "1380-" * 400, "6222-" * 400, "62 " * 666, "a@" * 1000, "a@a." * 500),
    *(
        "1101 0119 9003 0712 " * 100,
        "13800138000a" * 166,
        "a" * 1999 + "@",
        "a@" + "a." * 999,
        "(" * 2000,
        "+852-" * 400,
    ),
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_time_grows_linearly_on_hostile_text(text: str) -> None:
    """Four times the text takes nowhere near sixteen times the time: a shape, not a figure."""
    assert _best(text * 4) < 10 * _best(text) + 0.01


def _best(text: str) -> float:
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        find(text)
        times.append(time.perf_counter() - begin)
    return min(times)
