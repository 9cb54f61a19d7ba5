"""Rules of the entity parsers and of the bank's own words, one by one, with lines of their own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.errors import DataError
from bot.nlu import words
from bot.nlu.finder import EntityFinder
from bot.nlu.parsers.numbers import number
from bot.settings import DATA

MONDAY = date(2026, 11, 23)
PRODUCTS = DATA / "knowledge" / "tables" / "products.yml"
FINDER = EntityFinder(words.of_bank(DATA / "branch" / "demo", PRODUCTS))


def values(text: str, kind: str) -> list[str]:
    return [entity.value for entity in FINDER.find(text, MONDAY) if entity.type == kind]


def lines(table: str) -> list[tuple[str, list[str]]]:
    """Lines of `text | value, value`; a text without a value must give none."""
    rows = (line.partition("|") for line in table.strip().splitlines())
    return [(text.strip(), [value.strip() for value in said.split(",") if value.strip()]) for text, _, said in rows]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("3万5千8", 35800),
        ("53万5800", 535800),
        ("3万500", 30500),
        ("五十来万", 500000),
        ("100多万", 1000000),
        ("十七八万", 180000),
        ("三点五个亿", 350000000),
        ("廿五万", 250000),
        ("卅", 30),
        ("两百五", 250),
        ("一千零五", 1005),
        ("叁拾伍万", 350000),
        ("three and a half million", 3500000),
        ("a million and a half", 1500000),
        ("three quarters of a million", 750000),
        ("twenty-five hundred", 2500),
        ("one point five million", 1500000),
        ("2 thousand 5 hundred", 2500),
        ("a couple of thousand", 2000),
        ("35 000", 35000),
        ("35.000", 35000),
        ("2.5 lakh", 250000),
    ],
)
def test_numbers_in_words(said: str, value: int) -> None:
    assert number(said) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    lines("""
    五十万三十年月供几多 | 500000
    我想借三十万分五年还 | 300000
    800能换几欧元 | 800
    how much would 750 be in yen | 750
    put 12000 on a one year deposit | 12000
    one hundred and thirty thousand | 130000
    一万八 | 18000
    八百块三毛 | 800.3
    三块九毛九 | 3.99
    十二元零五分 | 12
    两毛五 | 0.25
    三分钱 | 0.03
    sixty yuan and twenty cents | 60.2
    eleven cents | 0.11
    贰拾万元整 | 200000
    ３００００元 | 30000
    三萬八千蚊 | 38000
    万把块 |
    取三千到五千 | 3000, 5000
    七八千块 | 8000
    between seven and eight thousand | 8000
    not two hundred, two thousand | 200, 2000
    qu san wan | 30000
    cun 5 wan kuai | 50000
    ba qian cun jin qu |
    20万起存 | 200000
    改成五千 | 5000
    it was less, only fifty | 50
    HKD $500 | 500
    工资取出来两千零花 | 2000
    100块一张的 | 100
    """),
)
def test_sums(text: str, expected: list[str]) -> None:
    assert values(text, "amount") == expected


@pytest.mark.parametrize(
    "text",
    [
        "客服95588打不通",
        "打12345投诉你们",
        "911",
        "我是00后",
        "这是第二次了",
        "2023年开的户",
        "since 2019",
        "一点都不高兴",
        "十分不满意",
        "三心二意的",
        "万一丢了呢",
        "利息百分之三点五",
        "三厘五",
        "汇率7.2",
        "在5楼",
        "我妈七十九了",
        "my mother is 82",
        "前面二十个人",
        "办两张卡",
        "我有三十多个号要叫",
        "身份证一块丢了",
        "我跟她一块来的",
        "一毛钱都没有",
        "百万医疗险",
        "三角形",
        "二百平的房子",
        "几十万",
        "尾号1234",
        "工号0456",
        "验证码 778899",
        "closed between twelve and two",
        "payroll for twenty employees",
        "they are at 54",
        "ten four",
        "C20261123-0007",
    ],
)
def test_what_is_no_sum(text: str) -> None:
    assert values(text, "amount") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    lines("""
    50万25年月供多少 | P25Y
    三十万分五年 | P5Y
    120期 | P120M
    分24期 | P24M
    分三期还 | P3M
    第三期 |
    两年零五个月 | P29M
    1年3个月 | P15M
    存一年半 | P18M
    一个半月 | P45D
    俩月 | P2M
    两三年 | P3Y
    三万五三年 | P3Y
    卅年 | P30Y
    一百八十天 | P180D
    七日通知 | P7D
    3月期 | P3M
    two years and six months | P30M
    two and a half years | P30M
    year and a half | P18M
    half-year | P6M
    one hundred and eighty days | P180D
    1.5 years | P18M
    a fortnight | P14D
    24 mths | P24M
    20y | P20Y
    twelve instalments | P12M
    pay it back in 24 months | P24M
    which is better, one three-year deposit or three one-year ones | P3Y, P1Y
    五万一年利息多少 | P1Y
    五万存一个月 | P1M
    三年一个月还多少 | P3Y
    for a year | P1Y
    三个月六个月都行 | P3M, P6M
    """),
)
def test_terms(text: str, expected: list[str]) -> None:
    assert values(text, "term") == expected


@pytest.mark.parametrize(
    "text",
    [
        "一个月还多少",
        "一天能取几次",
        "信用卡一年收多少钱",
        "5,000 a month",
        "20 percent a year",
        "等了三个星期",
        "扣了我两年的管理费",
        "刚换工作三个月",
        "怀孕七个月",
        "打半年流水",
        "最近三个月",
        "三年级",
        "七十年代",
        "98年的存折",
        "2026年",
        "10周年",
        "seventy-nine years old",
        "a five year old",
        "I have been with this bank for forty years",
        "I waited three days",
        "stuck there for three weeks",
        "in two weeks",
        "three quarters of the note",
        "missed two instalments",
        "一季度",
    ],
)
def test_what_is_no_term(text: str) -> None:
    assert values(text, "term") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    lines("""
    8000刀 | USD
    五百欧 | EUR
    二百鎊 | GBP
    軟妹幣 | CNY
    換啲港紙 | HKD
    一千歐羅 | EUR
    two hundred quid | GBP
    500 Canadian | CAD
    a million won | KRW
    1 sing dollar | SGD
    $500 AUD | AUD
    HKD $500 | HKD
    ￥300 | CNY
    150 US each | USD
    CAD rate | CAD
    won to yuan | KRW, CNY
    how many kuai | CNY
    欧洲 |
    砍一刀 |
    一刀切 |
    周末加元旦 |
    参加元宵活动 |
    my cad is stolen |
    it won't open |
    kuai dian |
    give us three minutes |
    quid pro quo |
    """),
)
def test_currencies(text: str, expected: list[str]) -> None:
    assert values(text, "currency") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    lines("""
    四号柜台 | 4
    窗口7 | 7
    窗口号是6 | 6
    第二个窗口 | 2
    3#窗口 | 3
    廿一號櫃枱 | 21
    三、四号窗口 | 3, 4
    去三號定八號窗 | 3, 8
    counter four | 4
    desk number 12 | 12
    window eight is where | 8
    windows 2 and 3 | 2, 3
    number 4 counter | 4
    the fifth window | 5
    两个窗口开着 |
    多开一个柜台 |
    柜台一次取完 |
    柜台5万以上 |
    3号台阶 |
    I use Windows 10 |
    at the window two minutes ago |
    """),
)
def test_windows(text: str, expected: list[str]) -> None:
    assert values(text, "window") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    lines("""
    A零三五 | A035
    B045号 | B045
    C幺零二 | C102
    A六十六到了没 | A066
    A一百零二号 | A102
    A零35 | A035
    my number is c 7 | C007
    B oh four two | B042
    a-one-one-eight | A118
    B double zero five | B005
    C zero fifteen | C015
    did I hear A twenty-six | A026
    is A56 before me | A056
    A 0 4 5 | A045
    AO12 | A012
    No.A045 | A045
    My number is A034. | A034
    叫到B7没 | B007
    F-008 | F008
    Ａ０４５ | A045
    A4纸 |
    从B2坐电梯 |
    is B2 the car park |
    vitamin B12 |
    坐G102次来的 |
    a 100 yuan note |
    a 12 month loan |
    a three |
    I'm done |
    我是12号 |
    complaint C-104 |
    """),
)
def test_tickets(text: str, expected: list[str]) -> None:
    assert values(text, "ticket_number") == expected


@pytest.mark.parametrize(
    ("text", "value", "resolved"),
    [
        ("大大后天", "大大后天", "2026-11-27"),
        ("前儿个来的", "前儿个", "2026-11-21"),
        ("琴晚", "琴晚", "2026-11-22"),
        ("聽朝九點", "聽朝", "2026-11-24"),
        ("噚日", "噚日", "2026-11-22"),
        ("今朝早", "今朝早", "2026-11-23"),
        ("禮拜三", "禮拜三", "2026-11-25"),
        ("上個月十八號", "上個月十八號", "2026-10-18"),
        ("去年十月", "去年十月", None),
        ("七月底吵过一架", "七月底", None),
        ("每月15号扣", "每月15号", None),
        ("15号发工资", "15号", "2026-11-15"),
        ("我8号来的", "8号", "2026-11-08"),
        ("大年初三", "大年初三", None),
        ("初六开门吗", "初六", None),
        ("除夕", "除夕", None),
        ("前几天", "前几天", None),
        ("8/21", "8/21", "2026-08-21"),
        ("25/12", "25/12", "2026-12-25"),
        ("20261203", "20261203", "2026-12-03"),
        ("26年3月5日", "26年3月5日", "2026-03-05"),
        ("on Sunday", "Sunday", "2026-11-29"),
        ("this coming Friday", "this coming Friday", "2026-11-27"),
        ("Friday next week", "Friday next week", "2026-12-04"),
        ("next fri", "next fri", "2026-11-27"),
        ("the twelfth of May", "the twelfth of May", "2026-05-12"),
        ("it was on the fifth", "the fifth", "2026-11-05"),
        ("the 5th of next month", "the 5th of next month", "2026-12-05"),
        ("a fortnight ago", "a fortnight ago", "2026-11-09"),
        ("a few days ago", "a few days ago", None),
        ("since March", "March", None),
        ("end of the month", "end of the month", None),
        ("tmr", "tmr", "2026-11-24"),
    ],
)
def test_days(text: str, value: str, resolved: str | None) -> None:
    (found,) = (entity for entity in FINDER.find(text, MONDAY) if entity.type == "date")
    assert (found.value, found.resolved) == (value, resolved)


@pytest.mark.parametrize(
    "text",
    [
        "May I sit here",
        "he sat down",
        "the sun is hot",
        "just a second",
        "the 3rd floor",
        "the second time",
        "open 24/7",
        "1/3 of the note",
        "每周一次",
        "一周五天",
        "提前几天约",
        "以后天气好再来",
        "初三学生",
        "叫到8号了",
        "只看到一到六号",
        "2026年",
        "二号取款机",
    ],
)
def test_what_is_no_day(text: str) -> None:
    assert values(text, "date") == []


@pytest.mark.parametrize(
    ("text", "value", "resolved"),
    [
        ("傍晚六点一刻", "傍晚六点一刻", "18:15"),
        ("晏晝兩點", "晏晝兩點", "14:00"),
        ("下午大概三点", "下午大概三点", "15:00"),
        ("中午十二点前后", "中午十二点前后", "12:00"),
        ("差十分钟五点", "差十分钟五点", "04:50"),
        ("五点差一刻", "五点差一刻", "04:45"),
        ("三点零五", "三点零五", "03:05"),
        ("下午3时", "下午3时", "15:00"),
        ("今晚八点", "八点", "20:00"),
        ("昨晚十点多", "十点多", "22:00"),
        ("tonight at eight", "eight", "20:00"),
        ("at 8 tonight", "8", "20:00"),
        ("约的十点", "十点", "10:00"),
        ("到一点", "一点", "01:00"),
        ("ten to three", "ten to three", "02:50"),
        ("twenty past four", "twenty past four", "04:20"),
        ("fifteen forty", "fifteen forty", "15:40"),
        ("come at half two", "half two", "02:30"),
        ("10 a.m.", "10 a.m.", "10:00"),
        ("Thursday at two", "two", "02:00"),
        ("late at night", "late at night", None),
        ("晌午", "晌午", None),
    ],
)
def test_hours(text: str, value: str, resolved: str | None) -> None:
    (found,) = (entity for entity in FINDER.find(text, MONDAY) if entity.type == "time")
    assert (found.value, found.resolved) == (value, resolved)


@pytest.mark.parametrize(
    "text",
    [
        "早上好",
        "Good afternoon",
        "快一点",
        "我晚一点到",
        "可以承受一点波动",
        "第二点再说说",
        "提三点建议",
        "利率三点一",
        "从四点二降到三点六",
        "零点几来着",
        "三小时",
        "at 3.1%",
        "they are at 12",
        "five to ten days",
        "two thirty-year mortgages",
    ],
)
def test_what_is_no_hour(text: str) -> None:
    assert values(text, "time") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    lines("""
    免贵姓林 | 林
    我叫陈建国，想挂失 | 陈建国
    我叫Lucy | Lucy
    姓名：周敏 | 周敏
    叫刘芳的柜员 | 刘芳
    3号窗口的小陈 | 小陈
    柜员张丽态度很差 | 张丽
    陳太 | 陳太
    I'm Mrs Lee | Mrs Lee
    my name is john smith | john smith
    a teller named Lisa | Lisa
    our teller Lisa was kind | Lisa
    Miss Garcia | Miss Garcia
    值班经理 |
    保安大哥 |
    基金经理 |
    谢谢师傅 |
    我曾经理财 |
    老百姓常说 |
    叫白车 |
    我要向主管反映 |
    手机叫小孙子玩坏了 |
    毕生积蓄 |
    工号1024 |
    did I miss anything |
    they called about my card |
    call me later |
    my passport name is too long |
    his name isn't that |
    """),
)
def test_names(text: str, expected: list[str]) -> None:
    assert values(text, "person_name") == expected


@pytest.mark.parametrize(
    ("text", "products", "services"),
    [
        ("fixed-deposit rates", ["fixed_deposit"], []),
        ("annuities", ["pension_annuity"], []),
        ("定期存单", ["fixed_deposit"], []),
        ("指数基金", ["index_fund"], ["wealth"]),
        ("提款卡", ["greenfield_debit"], []),
        ("公积金贷款", ["fund_loan"], ["loan"]),
        ("你们定期检查机器吗", [], []),
        ("存款保险", [], []),
        ("取款机在哪", [], []),
        ("取点儿钱", [], ["cash_withdrawal"]),
        ("send him some money", [], ["transfer"]),
        ("我存的钱呢", [], []),
        ("转不出钱", [], []),
        ("换一点日元", [], ["forex"]),
        ("buy dollars", [], ["forex"]),
        ("把美元换成人民币", [], ["forex"]),
        ("I'd like to borrow a pen", [], []),
        ("其他人都走了", [], []),
        ("别的业务", [], ["other"]),
    ],
)
def test_products_and_errands(text: str, products: list[str], services: list[str]) -> None:
    assert (values(text, "product"), values(text, "service")) == (products, services)


@pytest.mark.parametrize("kind", ["product", "service"])
def test_an_alias_names_one_thing_and_finds_it(kind: str) -> None:
    aliases = words.of_bank(DATA / "branch" / "demo", PRODUCTS)[kind]
    owners = {(alias, identity) for identity, texts in aliases.items() for alias in texts}
    assert len({alias.lower() for alias, _ in owners}) == len({(alias.lower(), identity) for alias, identity in owners})
    missed = [alias for alias, identity in sorted(owners) if values(alias, kind) != [identity]]
    assert missed == []


def test_a_missing_file_gives_no_words_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    assert words.of_bank(tmp_path, tmp_path / "products.yml") == {"product": {}, "service": {}}
    assert words.timezone(tmp_path) == "UTC"
    (tmp_path / "services.yml").write_text("services: [{aliases: {en: [x]}}]", encoding="utf-8")
    with pytest.raises(DataError, match=r"services\.yml"):
        words.of_bank(tmp_path, tmp_path / "products.yml")
    (tmp_path / "services.yml").write_text("services: [", encoding="utf-8")
    with pytest.raises(DataError, match="is not YAML"):
        words.of_bank(tmp_path, tmp_path / "products.yml")
