"""Sums of money, as a plain number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from bot.nlu.parsers.bare import is_bare
from bot.nlu.parsers.found import Found
from bot.nlu.parsers.numbers import CHINESE, DIGITS, ENGLISH, NONZERO, PINYIN, number, pinyin_number, plain

LARGEST = Decimal(10**12)

# A number that is only digits may be longer than any sum: an account, a reference.
_LONGEST_BARE = 8
# How far back and ahead a reason to take a number for a sum is looked for.
_NEAR = 30
# Less than this is a sum only with a reason of its own; a few, or so many people or tickets, are said too often.
_SMALLEST, _ROUND = 10, 100
_BETWEEN = " 多来几余"

# 几十万 and 数百 are no number that one knows.
_NUMBER = re.compile(rf"(?<![\d.:/{DIGITS}第])(?!(?<=[几数])[十百])(?:{CHINESE})")
_ENGLISH = re.compile(rf"(?<![a-z\d.:/])(?:{ENGLISH})(?![a-z])")
_PINYIN = re.compile(rf"\b{PINYIN}\b")
_PINYIN_BEFORE = re.compile(r"\b(?:qu|cun|zhuan|hui|ti|huan|dai|jie|tou|mai|yao|ling|hua|kou)(?: le)? $")
_TENTH = rf"[1-9{NONZERO}]"
# 元, 三块五, 三块九毛九, 五毛; after a lone tenth no number or unit may go on: 100块一块的.
_MONEY = re.compile(
    rf"\s?[多来几余]?\s?(?:[元圆块]整|[元块]钱|大洋|蚊|[元块圆](?!旦)"
    rf"(?:零?(?P<jiao>{_TENTH})[毛角](?:(?P<fen>{_TENTH})分?)?"
    rf"|(?P<tenth>{_TENTH})(?![\d百千万月年天日个点块元张%]|[{DIGITS}]))?"
    rf"|(?P<penny>分钱)|(?P<mao>毛钱?|角)(?![落度形色星])(?:(?P<cent>{_TENTH})分?(?![块元毛角\d{DIGITS}]))?)"
)
_CENTS = re.compile(
    rf" cents?\b|(?: (?:yuan|rmb|kuai|dollars?|euros?|pounds?))?(?: and)? (?P<n>\d{{1,2}}|{ENGLISH}) cents?\b"
)
# 身份证一块丢了, 咱俩一块去: together. 一毛钱都没有: nothing at all.
_NO_TOGETHER = re.compile(r"[\s,.。、!?]|$|[的能换兑多左以吧呢吗零]")
_NOTHING_AT_ALL = re.compile(r"钱?(?:都|也)[不没]")
_COUNTED = (
    r"[号楼层位次张天刻岁%％折级类路颗台条件份项秒周倍种步星度斤名户页吨升瓶袋箱样碗杯亩章课届夜座栋室集轮排"
    r"列段篇首封幅匹头双副套辆架艘强维]"
    r"|个(?!亿)|人(?![民家仔])|月(?![供付息租薪入])|日(?![元圆币])|年(?![利化息收])|点(?!现金|钱)|"
    r"只(?![要能有是想够剩])|本(?![金息来月年人行])|"
    r"笔(?!钱)|家(?![里人用])|把(?![它钱我])|米|克(?!朗)|平(?![安时均常])|卡(?![里上内])|口|部|期|"
    r"分(?![成几期开批次给两三四五六七八九\d\ue000])|小时|星期|礼拜|积分|里程|公里|千米|后(?=$|[,.。的])|方通话"
)
_NOT_MONEY_AFTER = re.compile(
    rf"\s?(?:多|几)?\s?(?:{_COUNTED}|%|(?:st|nd|rd|th|percent|per cent|people|persons?|minutes?|mins?|hours?|"
    rf"times?|days?|"
    r"weeks?|months?|years?|points?|pieces?|o'clock|am|pm|a\.m|p\.m|of (?:you|us|them|those|these)|"
    r"more (?:people|questions?)|customers?|others?|cards?|accounts?|questions?|windows?|counters?|floors?|"
    r"steps?|clock|"
    r"km|kg|miles?|shares?|employees|staff|followers|square|degrees)\b)"
)
_NOT_MONEY_BEFORE = re.compile(
    r"(?:第|周|星期|礼拜|百分之|尾号|工号|编号|号码|单号|账号|卡号|代码|验证码|密码|邮编|除以|乘以|房号|车牌|"
    r"后四位|拨|打电话|致电|热线|电话|客服|短信|"
    r"利率|年化|收益率?|汇率|年龄|"
    r"\b(?:no\.?|number|window|counter|line|floor|room|step|type|class|article|call|dial|hotline|"
    r"ending(?: in| with)?|code|pin|otp|"
    r"extension|ext\.?|flight|model|version|gate|aged?|page|form|section|chapter|bus|route|since|"
    r"rates?(?: of| is)?)|[./:#])\s?$"
)
# What is done with money, or is money; between it and the sum stand only small words.
_SMALL_ZH = (
    r"(?:款|钱|现金|现|出|来|去|进|入|走|掉|了|过|点|个|上|到|我|你|他|她|它|佢|卡里|里|大概|大约|差不多|约|"
    r"近|至少|最多|超过|不到|只|是|为|成|给|"
    r"妈|爸|儿子|女儿|朋友|老婆|老公|\s|:|,)*$"
)
_STRONG_BEFORE = re.compile(
    r"(?:[取提领存转汇换兑借贷还付交缴买投充花支拿攒挣赚亏扣攞收给欠]|本金|额度|金额|余额|预约|现金|[多少][了给收扣])"
    rf"{_SMALL_ZH}"
)
_SMALL_EN = (
    r"(?: (?:out|in|away|about|around|roughly|of|me|us|him|her|them|my|just|only|cash|over|back|to|is|was|be|"
    r"than|an?|the|up|for|on|from))* $"
)
_STRONG_BEFORE_EN = re.compile(
    r"\b(?:withdraw(?:ing|n)?|withdrew|deposit(?:ing|ed)?|transfer(?:ring|red)?|send(?:ing)?|sent|exchang(?:e|ed|ing)|"
    r"borrow(?:ed|ing)?|tak(?:e|ing)|took|put(?:ting)?|pay(?:ing)?|paid|invest(?:ed|ing)?|saved?|saving|"
    r"change|convert|lend|lent|"
    r"remit(?:ted)?|wired?|cash|spen[dt]|ow(?:ed?|ing)|lost|repay|charged|deducted|credited|debited|draw|"
    r"drew|typed|entered|keyed|"
    r"amount|sum|total|balance|limit|mortgage|loan|salary|income|pension|fee|fine|minimum|maximum|"
    r"instal+ments?|interest on|"
    rf"how much (?:is|are|for)|what(?:'s| is| are)|emi for|worth){_SMALL_EN}"
)
# These go before other counts too; a sum behind them is no small one.
_WEAK_BEFORE = re.compile(
    rf"(?:[有要剩差打]|需要|改成|改为|不是|应该是|每月|一个月|月薪|工资|收入|月供|房租|总共|一共){_SMALL_ZH}"
    r"|\b(?:have|had|got|get|need(?:ed)?|want(?:ed)?|of|about|around|roughly|than|only|just|for|over|under|"
    r"to|said|meant|be|on|not|"
    r"it's|another|extra|the|buy|moved?|give|gave|asking|approximately|almost|nearly|between|and|or|with)"
    rf"{_SMALL_EN}"
)
_NOUN_AFTER = re.compile(
    r"\s?(?:多|来)?(?:的?(?:利息|存款|现金|额度|贷款|定期|活期|外币|本金|存单|手续费|零钱|零花|押金)|放|存|分|起存|"
    r"(?:能|可以|可|够)?[换兑]|折合?|等于|是多少|值多少|合多少|"
    r"(?:in|of) cash|cash|into? (?:my|the|a|an)|deposit|loan|mortgage|(?:to|from) my|each|apiece|a month|"
    r"per month|monthly|not \d|"
    r"(?:in|to|into) (?:dollars?|euros?|pounds?|yuan|rmb|usd|yen))"
)
_ONLY_BEFORE = re.compile(r"\b(?:only|just) $")
# What a message is about when a number in it is money.
_TOPIC = re.compile(
    r"利息|月供|利率|贷款|房贷|存[款钱]|定期|活期|换|汇率|手续费|理财|本金|取[款钱现]|转[账钱]|汇款|多少钱|"
    r"interest|mortgage|loan|emi\b|instal|fees?\b|exchange|convert|transfer|withdraw|deposit|invest|how much|monthly"
)
_LARGE = re.compile(
    rf"[万亿]|(?<![a-z])[wk](?![a-z])|[\d{DIGITS}十][千百仟佰]|,\d{{3}}|\d \d{{3}}|\.000|thousand|million|"
    rf"billion|hundred|grand|lakh|crore|\d ?mn?\b|\bmil\b"
    r"|wan\b|bai\b|qian\b"
)
# 百万医疗险, 百万保障: names, no sums.
_NAME_AFTER = re.compile(r"医疗|保障|富翁")
# Police, ambulance, telephone companies, banks and offices; and the years of our lives.
_HOTLINE = re.compile(r"95\d{3}|123\d\d|1[12]\d|911|999|100(?:01|10|11|19|86|99)|400\d{3,}|800\d{4,}|96\d{3,4}|0\d+")
_YEAR = re.compile(r"19[3-9]\d|20(?!00)[0-4]\d")
# What may follow a small sum in English; any other word would be what is counted.
_OPEN_EN = re.compile(
    r"\s*(?:$|[^a-z\s]|(?:in|out|to|into|from|for|on|at|and|or|please|yuan|cash|a (?:month|year|day|week)|"
    r"per|over|now|today|tomorrow|yesterday|is|"
    r"was|are|each|back|only|more|less|if|then|but|by|with|through|via|using|one|two|three|four|five|six|i|"
    r"we|my|can|do|does|"
    r"how|what|that|be|come|make|get|which|when|because|since|missing|gone|off|extra|too|instead|not|maybe|"
    r"as|lah|mate|leh|monthly)\b)"
)


def find(text: str, currencies: Sequence[Found] = (), terms: Sequence[Found] = ()) -> list[Found]:
    """Sums in `text`, from which all that is something else (terms, dates, windows …) is blanked out.

    A bare number is a sum when a verb, a noun, a unit, a currency, a term or its size says so, or when it stands alone.
    """
    before = {found.end for found in currencies}
    after = {found.start for found in currencies}
    placed = {found.start for found in terms}
    found = []
    # Up to here the text is part of an earlier sum: two dollars and *fifty cents*.
    done = 0
    for start, end, value in _candidates(text):
        if start < done:
            continue
        money, cents = _MONEY.match(text, end), _CENTS.match(text, end)
        if money and _is_money(text, start, end, money):
            value, end = _with_change(value, money), money.end()
        elif cents:
            done = cents.end()
            value, end = (value + (number(cents["n"]) or Decimal(0)) / 100, end) if cents["n"] else (value / 100, done)
        elif _beside(text, start, before, -1) or _beside(text, end, after, 1):
            if re.match(r"\s?比", text[end:]):
                continue
        elif not _is_sum(text, start, end, value, is_placed=_beside(text, end, placed, 1)):
            continue
        if 0 < value < LARGEST:
            found.append(Found("amount", start, end, plain(value)))
    return found


def _candidates(text: str) -> list[tuple[int, int, Decimal]]:
    """Numbers that do not overlap, the longer one where two readings do."""
    spans = {(m.start(), m.end()) for pattern in (_NUMBER, _ENGLISH) for m in pattern.finditer(text)}
    chosen: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not chosen or start >= chosen[-1][1]:
            chosen.append((start, end))
        elif end - start > chosen[-1][1] - chosen[-1][0]:
            chosen[-1] = (start, end)
    numbers = [(start, end, value) for start, end in chosen if (value := number(text[start:end])) is not None]
    return numbers + _pinyin(text) if " wan" in text or " qian" in text or " bai" in text else numbers


def _pinyin(text: str) -> list[tuple[int, int, Decimal]]:
    """Qu san wan: without tones too much sounds like a number, so that a verb, a unit or silence must say it is one."""
    return [
        (match.start(), match.end(), value)
        for match in _PINYIN.finditer(text)
        if (
            _PINYIN_BEFORE.search(text, max(0, match.start() - _NEAR), match.start())
            or re.match(r" (?:kuai|yuan)\b", text[match.end() :])
            or is_bare(text, *match.span())
        )
        # Ba qian is 把钱, too.
        and match[0] != "ba qian"
        and (value := pinyin_number(match[0])) is not None
        and value >= _ROUND
    ]


def _beside(text: str, at: int, places: set[int], step: int) -> bool:
    """Whether a currency or term ends or begins at `at`, or one blank or 多 from it."""
    blank = at - 1 if step < 0 else at
    return at in places or (0 <= blank < len(text) and text[blank] in _BETWEEN and at + step in places)


def _is_money(text: str, start: int, end: int, money: re.Match[str]) -> bool:
    if text[start:end] != "一":
        return True
    if _NOTHING_AT_ALL.match(text, end + 1):
        return False
    if money[0] != "块" or _NO_TOGETHER.match(text, money.end()):
        return True
    before = text[max(0, start - _NEAR) : start]
    return bool(_STRONG_BEFORE.search(before) or _WEAK_BEFORE.search(before))


def _with_change(value: Decimal, money: re.Match[str]) -> Decimal:
    """三块九毛九 → 3.99, 五毛 → 0.5, 三块五 → 3.5."""

    def part(group: str) -> Decimal:
        return number(money[group] or "零") or Decimal(0)

    if money["penny"]:
        return value / 100
    if money["mao"]:
        return value / 10 + part("cent") / 100
    return value + (part("jiao") + part("tenth")) / 10 + part("fen") / 100


def _is_sum(text: str, start: int, end: int, value: Decimal, *, is_placed: bool) -> bool:
    said = text[start:end]
    if start and re.match(r"[a-z_]", text[start - 1]):
        return False
    before = text[max(0, start - _NEAR) : start]
    if _NOT_MONEY_AFTER.match(text, end) or _NOT_MONEY_BEFORE.search(before) or _NAME_AFTER.match(text, end):
        return False
    is_digits = said.isascii() and said.isdigit()
    if is_digits and len(said) > _LONGEST_BARE:
        return False
    is_strong = bool(_STRONG_BEFORE.search(before) or _STRONG_BEFORE_EN.search(before))
    is_told = is_strong or is_placed or bool(_NOUN_AFTER.match(text, end))
    # "Only fifty" is an answer; "only fifty left" counts something.
    is_told = is_told or (end == len(text) and bool(_ONLY_BEFORE.search(before)))
    if is_digits and (_HOTLINE.fullmatch(said) or _YEAR.fullmatch(said)):
        return is_told and not before.endswith("打")
    if is_bare(text, start, end):
        return True
    if _LARGE.search(said):
        return True
    if value < _SMALLEST or said in ("十", "百", "拾", "佰") or (said[-1].isascii() and not _OPEN_EN.match(text, end)):
        return False
    return is_told or (value >= _ROUND and bool(_WEAK_BEFORE.search(before) or (is_digits and _TOPIC.search(text))))
