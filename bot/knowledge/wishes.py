"""What a customer says of money to put away: what it is for, how long it can lie, how much of it could be lost.

Pure, from the words alone, in both scripts and English. Amounts and plain terms are entities already; this reads what
they leave: 能放三五年, 一分都不能亏, "I can lose a bit". Where words can be taken two ways, the careful one is taken.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TypeVar

from bot.knowledge.recommendation import ANY_TIME, Risk
from bot.knowledge.schema import Need
from bot.locales import to_simplified
from bot.nlu.parsers.numbers import ENGLISH_COUNT, small_integer

Meaning = TypeVar("Meaning", bound=str)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


# What is said for whom comes before what is said of the money: the first that matches decides.
_NEEDS: tuple[tuple[Need, re.Pattern[str]], ...] = (
    (
        "pension",
        _any(
            r"养老|晚年|(?:为|等|给)退休|退休(?:以?后|时|那时|用|生活)|老了(?:以后)?[用花]",
            r"\b(?:retirement|pension|old age)\b",
        ),
    ),
    (
        "insure",
        _any(
            r"(?<!存款)(?<!最)保险(?!箱|柜|一点|点|些|起见|吗)|保障(?!本金)|重疾|防(?:个)?(?:意外|大病|生病)",
            r"(?:生病|看病|住院|意外|出事)了?(?:能|有|也|的时候|怎么办|用)",
            r"\binsur\w+|\b(?:health|accident|medical) cover\b|\bprotect (?:my|the) family\b",
        ),
    ),
    (
        "child",
        _any(
            r"孩子|小孩|娃|儿子|女儿|闺女|宝宝|细路|仔女|囡|孙子|孙女|教育|学费|上学|读书|上大学|留学",
            r"\b(?:child|children|kids?|son|daughter|baby|grandson|granddaughter)\b",
            r"\b(?:education|tuition|college|university)\b",
        ),
    ),
    (
        "goal",
        _any(
            r"买房|首付|头期|结婚|彩礼|婚礼|装修|买车|换车|换房|旅[游行]",
            r"\b(?:house|flat|apartment|down payment|wedding|marry|car|renovat\w+|travel|trip)\b",
        ),
    ),
    (
        "handy",
        _any(
            r"随时|(?<!不)(?<!不着)急用|应急|备用|周转|活用|零[用花]|日常|灵活|过渡",
            r"\bany ?time\b|\bat hand\b|\bhandy\b|\bemergenc\w+|\brainy day\b|\bday.to.day\b|\beveryday\b",
            r"\bon demand\b|\bflexible\b|\bliquid\b|\baccess\b",
        ),
    ),
    (
        "growth",
        _any(
            r"收益(?:要)?(?:高|大|多)|高(?:收益|回报)|(?:多|大)赚|赚(?:得|多|大)|回报(?:高|大)|跑赢|搏|涨得(?:多|快)",
            r"\b(?:high(?:er)?|more|better) returns?\b|\bgrowth\b|\bmake (?:more )?money\b|\bprofit\b",
        ),
    ),
    (
        "steady",
        _any(
            r"稳|保值|增值|保本|闲钱|闲着|存着|攒着|放着|吃利息|拿利息|比(?:存款|活期|定期)[多高]|不(?:想|能|敢|要)亏",
            r"\b(?:safe|safely|safety|steady|secure|grow|savings?|idle|spare money|interest)\b",
        ),
    ),
)

_HAN = r"(?:\d{1,2}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
_ONE = "[一二两三四五六七八九]"
_UNIT = "个?(?P<unit>年|月|季度|星期|礼拜|周|天)"
_UNIT_EN = r"(?P<unit>year|month|week|day)s?\b"
_LETTERS = {"年": "Y", "year": "Y", "月": "M", "month": "M", "天": "D", "day": "D"}
# Of a range the shorter end is what one can count on. 三五年 is one too.
_RANGES = (
    re.compile(rf"(?<![十\d])(?P<n>{_ONE}){_ONE}{_UNIT}"),
    re.compile(rf"(?P<n>{_HAN})年?(?:到|至|[-~—–、]|或者?){_HAN}{_UNIT}"),
    re.compile(rf"\b(?P<n>{ENGLISH_COUNT}) ?(?:or|to|[-–~]) ?{ENGLISH_COUNT}[ -]{_UNIT_EN}"),
)
# "in a year" and "within three years" are lengths too, when one speaks of savings.
_AHEAD = (
    re.compile(rf"(?P<n>{_HAN}){_UNIT}(?:之|以)?(?:后|内)"),
    re.compile(rf"\b(?:in|within|after)(?: about| around)? (?P<n>{ENGLISH_COUNT}|an?) {_UNIT_EN}"),
)
_VAGUE: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        ANY_TIME,
        _any(
            r"随时|随[取用]|(?<!不)(?<!不着)急用|(?:马上|这几天)(?:就)?要用|说不定(?:哪天|什么时候)",
            r"\bany (?:time|moment|day)\b|\banytime\b|\bon demand\b",
        ),
    ),
    ("P6M", _any(r"半年(?:之|以)?(?:后|内)", r"\b(?:in|within) half a year\b")),
    ("P10Y", _any(r"十几年", r"\bmore than ten years\b|\bdecades?\b")),
    (
        "P5Y",
        _any(
            r"长期|长久|很久|很长(?:时间)?|一直(?:放|存)着?|多年|一辈子",
            r"\blong[ -]?term\b|\ba long time\b|\bmany years\b|\bfor years\b",
        ),
    ),
    (
        "P3Y",
        _any(
            r"几年|不(?:着|太)?急(?:着)?用|暂时用不(?:着|到|上)",
            r"\b(?:a few|several|some) years\b|\bno (?:hurry|rush)\b|\bnot in a hurry\b",
        ),
    ),
    ("P2Y", _any(r"\bcouple of years\b")),
    ("P2M", _any(r"\bcouple of months\b")),
    (
        "P3M",
        _any(
            r"几个月|短期|短一点|不(?:会|能|想)?(?:放)?太久",
            r"\b(?:a few|several) months\b|\bshort[ -]?term\b|\bnot (?:too|very) long\b",
        ),
    ),
    ("P14D", _any(r"几个?(?:星期|礼拜|周)", r"\ba few weeks\b")),
    ("P3D", _any(r"几天", r"\ba few days\b")),
)

_CLAUSE = r"[^，。,.;；!?！？]"
_LOSE = r"(?:亏|赔|蚀|输|损失|折本|跌)"
_LOSS = _any(_LOSE, r"\blos(?:e|es|ing|s|ses|t)\b|\bdrop\b|\bfall\b")
# A sum right behind it is what may be lost, not what is put away; 亏一点 names no sum.
_LOSES_SUM = _any(
    rf"{_LOSE}{_CLAUSE}{{0,6}}(?:\d|[两三四五六七八九十百千万]|一(?![点些半部丁]))", r"\blos\w+ (?:\w+ ){0,3}\d"
)
_PERCENT = re.compile(r"(?P<n>\d+(?:\.\d+)?) ?(?:%|个点|percent|per cent)|百分之(?P<han>[一二两三四五六七八九十\d]+)")
_LEVEL = re.compile(r"\br ?(?P<n>[1-5])\b")
# In this order: 不能亏太多 does not forbid a loss, 不怕亏 fears none, and 一点都不能亏 is no "little".
_RISKS: tuple[tuple[Risk, re.Pattern[str]], ...] = (
    (
        "little",
        _any(
            rf"(?:不|别|唔){_CLAUSE}{{0,3}}{_LOSE}(?:得|掉)?太?(?:多|狠|大|惨)",
            r"\b(?:not|cannot|can't|don't want to) lose (?:too much|a lot|much)\b|\bnot too risky\b",
        ),
    ),
    (
        "much",
        _any(
            rf"不(?:怕|在乎|介意){_CLAUSE}{{0,3}}(?:{_LOSE}|风险)|{_LOSE}(?:了|光)?(?:也|都)?(?:没事|无所谓|不怕|认了)",
            r"\b(?:not afraid of|don't mind|not worried about)(?: \w+)? (?:risks?|loss(?:es)?|losing)\b",
        ),
    ),
    (
        "none",
        _any(
            rf"一(?:分|毛|点|块|丁点|厘)钱?{_CLAUSE}{{0,6}}(?:都|也){_CLAUSE}{{0,4}}(?:不|别|没)",
            rf"(?:不|唔|别|甭|莫){_CLAUSE}{{0,4}}(?:{_LOSE}|冒险|风险)|{_LOSE}不起|怕(?:{_LOSE}|风险)",
            rf"{_LOSE}{_CLAUSE}{{0,3}}(?:不行|不可以|不能|受不了|接受不了)",
            r"保本|保住本|本金(?:要|得|必须)?(?:安全|不能|不动|保)|(?:零|没有?|无|冇)(?:任何|什么)?风险",
            r"安全第一|最(?:稳|安全|保险|保守)",
            r"\b(?:not|can't|don't|won't|mustn't|cannot|never|without|no|zero|avoid|afraid (?:of|to))"
            r"(?: [a-z]+){0,3} (?:los(?:e|es|ing|s|ses)|risks?)\b",
            r"\brisk[- ]free\b|\b(?:capital|principal) (?:guaranteed|protected|safe)\b|\bsafest\b",
        ),
    ),
    (
        "some",
        _any(
            rf"(?:一些|一定|部分|适当|适度|中等|中度)的?(?:{_LOSE}|风险|波动)|{_LOSE}(?:一些|一部分)|中等|适中|平衡",
            r"\b(?:medium|moderate|balanced)\b|\bsome (?:risk|loss(?:es)?)\b|\blose some\b",
        ),
    ),
    (
        "much",
        _any(
            rf"高风险|风险(?:高|大)|大起大落|大涨大跌|(?:涨跌|波动)大|激进|进取|搏一?[搏把]|赌一?把|{_LOSE}一?半",
            r"\bhigh(?:er)?[- ]risk\b|\baggressive\b|\b(?:big|large|heavy) (?:loss(?:es)?|swings|ups)\b",
            r"\blose (?:half|a lot)\b",
        ),
    ),
    (
        "little",
        _any(
            rf"(?:{_LOSE}|风险|波动){_CLAUSE}{{0,2}}(?:点|小)|一点点?{_CLAUSE}{{0,3}}(?:{_LOSE}|风险|波动)",
            rf"小{_CLAUSE}{{0,1}}(?:{_LOSE}|波动|幅|风险)|(?:风险|波动)(?:低|小)|低风险|稳健",
            r"\blose (?:just )?(?:a )?(?:bit|little|tiny)\b|\blow[- ]risk\b",
            r"\b(?:a (?:bit|little)(?: of)?|little|small|slight|minor|low) (?:\w+ )?"
            r"(?:loss(?:es)?|risk|ups|dips?|fluctuations?)\b",
        ),
    ),
)
# What a bare word means where the loss is asked for.
_BARE_RISKS: tuple[tuple[Risk, re.Pattern[str]], ...] = (
    (
        "none",
        _any(
            r"不能?|不(?:行|可以|接受|愿意)|没有|保守|要?稳(?:当|妥|阵)?(?:一?点|的)?",
            r"none|no|nothing|zero|not at all|conservative|safe|not a (?:cent|penny)",
        ),
    ),
    (
        "little",
        _any(
            r"(?:就|只)?能?(?:一点点?|少量|低|小的?)(?:吧|可以|还行)?",
            r"(?:just )?a (?:little|bit)|little|low|small",
        ),
    ),
    ("some", _any(r"一些|一部分|中等?|中间|一般", r"some|medium|average")),
    ("much", _any(r"高|大|多|大一点", r"much|a lot|high")),
)

_ELDERLY = _any(
    r"退休(?:金|工资|了|人员|职工|老|在家)|(?:已经|都|刚)退休|离休|老人|老年|老两口|老伴|老爷子|老太太|高龄|长者",
    r"(?:爷爷|奶奶|外公|外婆|姥姥|姥爷|阿婆|阿公|阿嬷)(?:的|想|要|有|手)",
    r"(?<![\d.])[6-9]\d多?岁|[六七八九]十[一二三四五六七八九]?(?:多|几)?(?:岁|了)",
    r"\b(?:retired|retiree|pensioner|elderly|senior citizen|grandma|grandpa|grandmother|grandfather)\b",
    r"\b[6-9]\d(?: years old|-year-old|yo)\b|\b(?:over|past|above) [6-8]\d\b(?! ?(?:%|k|,|yuan|percent))",
)


def plain(text: str) -> str:
    """`text` in lower case and simplified script: what the readers below take."""
    table = to_simplified()
    return " ".join("".join(table.get(char, char) for char in text.lower().replace("’", "'")).split())


def need_of(text: str) -> Need | None:
    """What the money is for; None where the words do not say. 存款保险 and 保险一点 are no wish for insurance."""
    return _first(_NEEDS, text)


def horizon_of(text: str) -> str | None:
    """How long the money can lie, as ISO 8601 (`P0D`: needed at any time); of a range the shorter end."""
    for pattern in (*_RANGES, *_AHEAD):
        if (match := pattern.search(text)) and (term := _term(match["n"], match["unit"])):
            return term
    return _first(_VAGUE, text)


def risk_of(text: str, *, asked: bool = False) -> Risk | None:
    """How much loss could be borne. `asked`: the words answer that question, so that a bare "一点" says it too."""
    if (asked or _LOSS.search(text)) and (match := _PERCENT.search(text)):
        percent = Decimal(match["n"]) if match["n"] else Decimal(small_integer(match["han"]) or 0)
        return risk_of_share(percent / 100)
    if asked and (level := _LEVEL.search(text)):
        levels: dict[str, Risk] = {"1": "none", "2": "little", "3": "some"}
        return levels.get(level["n"], "much")
    found = _first(_RISKS, text)
    if found is None and asked:
        bare = text.strip(" ，。！？,.!?~")
        found = next((risk for risk, pattern in _BARE_RISKS if pattern.fullmatch(bare)), None)
    return found


def risk_of_share(share: Decimal) -> Risk:
    """What losing `share` of the money, 0 to 1, comes to. The bounds are ours: no rule sets them."""
    if share <= 0:
        return "none"
    if share <= Decimal("0.05"):
        return "little"
    return "some" if share <= Decimal("0.15") else "much"


def loses_sum(text: str) -> bool:
    """Whether a sum in the text is what may be lost, 最多亏五千, and not what is put away."""
    return bool(_LOSES_SUM.search(text))


def is_elderly(text: str) -> bool:
    """Whether the money is an elderly person's, by age or by words such as 退休金. Saving for old age is not."""
    return bool(_ELDERLY.search(text))


def _first(meanings: tuple[tuple[Meaning, re.Pattern[str]], ...], text: str) -> Meaning | None:
    return next((meaning for meaning, pattern in meanings if pattern.search(text)), None)


def _term(number: str, unit: str) -> str | None:
    count = 1 if number in ("a", "an") else small_integer(number)
    if not count:
        return None
    if unit == "季度":
        return f"P{3 * count}M"
    if unit in ("星期", "礼拜", "周", "week"):
        return f"P{7 * count}D"
    return f"P{count}{_LETTERS[unit]}"
