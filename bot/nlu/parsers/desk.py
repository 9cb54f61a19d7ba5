"""Numbers that are names: of windows and of queue tickets; and the tokens of masked values."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.nlu.normalise import MASKED
from bot.nlu.parsers.found import Found
from bot.nlu.parsers.numbers import COUNT_ZH, DIGITS, SMALL_EN, chinese_number, digit_string, number, small_integer

_ONES = "one|two|three|four|five|six|seven|eight|nine"
_SMALL = rf"{_ONES}|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty"
_EN = rf"(?:\d{{1,2}}|(?:{_SMALL})(?:-(?:{_ONES}))?)"
_NTH = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
_ORDINALS = {word: str(value) for value, word in enumerate(_NTH.split("|"), 1)}
_ZH = rf"(?:\d{{1,2}}|(?!\d){COUNT_ZH})"
# Window two minutes ago, window 5 people: the number counts what follows it.
_COUNTED_EN = (
    r"(?![.,:]?\d|%|[ -](?:a\.?m|p\.?m|o'clock|people|persons?|customers?|others?|staff|minutes?|mins?|"
    r"hours?|times?|days?"
    r"|weeks?|months?|years?|yuan|kuai|percent|per cent|thousand|hundred|k|more|of|and a half)\b)"
)
_KIND = r"(?:的|那个)?\s?(?:服务|人工|业务|现金|理财|对公|外汇|外币|个人|客户服务|vip)?"
_DESK = r"(?:窗口|窗(?![户帘])|柜台|柜枱|柜员|柜面|柜位|柜(?!子|门)|台(?![阶湾币风])|枱)"
# 三、四号窗口, 1到6号窗口
_AND_ZH = rf"(?P<more>(?:{_ZH}\s?号?\s?(?:和|跟|与|同|或者?|还是|定|到|至|[-~、,])\s?){{0,3}})"
_WINDOW = re.compile(
    rf"(?<![a-z\d.])(?:第\s?)?{_AND_ZH}(?P<zh>{_ZH})\s?[号#]\s?{_KIND}{_DESK}"
    rf"|第\s?(?P<nth>{_ZH})\s?个?(?:窗口|柜台)"
    rf"|(?<![a-z\d.])(?P<plain>\d{{1,2}})窗口"
    rf"|(?<![{DIGITS}十百几多每])(?P<han>[三四五六七八九]|十[{DIGITS}]?)(?:窗口|柜台)"
    rf"|(?:窗口|柜台|柜位)(?:号码?)?\s?(?:是|为|:)?\s?(?:第\s?)?(?:(?P<after>{_ZH})(?=\s?号|$|[^\w.%]|[的那在呢吧啊呀])"
    r"|(?P<digits>\d{1,2})(?![\d.%:/]|\s?(?:[万千百十元块个点分年月天人位次w]|k\b)))"
    rf"|\b(?:window|counter|teller(?: window)?|desk|wicket|booth|cashier)s?:?(?: (?:number|no\.?|num))? ?#?"
    rf"(?P<en>{_EN})\b{_COUNTED_EN}(?P<and>(?: ?(?:and|or|to|[-&/]) ?(?:window |counter )?{_EN}\b{_COUNTED_EN}){{0,4}})"
    rf"|\b(?:number|no\.?|#) ?(?P<en2>{_EN}) (?:window|counter|desk)\b"
    rf"|\b(?:the |your )(?P<ordinal>{_NTH}|\d{{1,2}}(?:st|nd|rd|th)) (?:window|counter|desk)\b"
)
_ZH_OR_NOT = re.compile(_ZH)
_EN_OR_NOT = re.compile(rf"\b{_EN}\b")
# Windows 10 is no window of ours.
_SYSTEM = re.compile(r"windows \d")

_NOUGHT = "zero|oh|o|nought|naught|nil"
_SPOKEN = rf"(?:double )?(?:{_ONES}|{_NOUGHT})"
_SPOKEN_NUMBER = re.compile(rf"(double )?({SMALL_EN}|{_NOUGHT})\b")
_HAN_DIGITS = rf"[{DIGITS}幺洞拐勾]"
_LETTER = r"(?<![a-z\d])(?<![a-z]['’])(?P<letter>[a-hj-z])"
_JOINT = r"(?:[,.:·‐−–—_-]? ?| [‐−–—-] |号[: ]?|(?:字头?|开头|打头|[组类区])(?:的|第)?\s?|,? number )?"
_TICKET = re.compile(
    rf"{_LETTER}{_JOINT}(?:"
    rf"(?P<digits>\d(?: \d){{2,3}}|[\do零〇]\d{{0,3}}(?<![o零〇]))(?!\d|\.\d|,\d{{3}}(?!\d)|%|[a-z](?![a-z]))"
    rf"|(?P<han>(?=[{DIGITS}幺洞拐勾十百廿卅])(?:{_HAN_DIGITS}{{2,4}}|{_HAN_DIGITS}(?: {_HAN_DIGITS}){{2,3}}|"
    rf"[{DIGITS}]?百?零?[{DIGITS}]?[十廿卅]?[{DIGITS}]?))(?![{DIGITS}十百千万元块个年月天])"
    rf"|(?<=[ -])(?:(?P<spoken>{_SPOKEN}(?:[ -]{_SPOKEN}){{1,3}})|(?P<mixed>{_SPOKEN}[ -]{SMALL_EN}))\b"
    rf"|(?<=[ -])(?P<en>(?:(?:{_ONES}) hundred(?: and)? )?{SMALL_EN})\b)"
)
_CUE = re.compile(
    r"(?:号码?|票号?|排队号|number|ticket|token|slip|no\.|queue)(?:'s|’s)?\s?(?:(?:is|was|是|为|:|"
    r"叫)\s?)?(?:now |still )?$"
)
_BARE = re.compile(
    r"(?:我|我的|手上|手里|拿的?|是|号|在|it's|i'm|i am|i have|i've got|mine is|mine's|the|please|谢谢|"
    r"that's me|here|[\s,.:。!?])*"
)
# I'm A7, A7到了吗: who holds a number, or what becomes of it.
_HOLDING = re.compile(
    r"(?:我是|我系|轮到|叫到?|喊到?|拿着?|取了|取消|到的?是|退掉?|作废|i'm|i am|i've|i have|i've got|mine is|"
    r"mine's|call(?:ed)?|cancel|keep|hold(?:ing)?|"
    r"got|took|drew|missed|lost|wait(?:ing)? for|how long for|what about|skip(?:ped)?) ?$"
)
_CALLED = re.compile(
    r" ?(?:到了?|叫|喊|过了?|过号|前面|还要|还有|还得|什么时候|几时|取消|作废|不要了|been called|called|yet|"
    r"now|when|next|how (?:long|many))"
)
_QUEUE = re.compile(
    r"号码|叫号|过号|取号|排号|排队|小票|票号|[筹飞](?!机)|\b(?:ticket|queue|slip|token|my turn|my number)\b"
)
_INSIDE = re.compile(r"[a-z\u4e00-\u9fff],? ?$")
_ALONE = re.compile(r"\s*(?:$|[,.!?:;\u4e00-\u9fff])")
# B2 is a floor, A4 paper, G102 a train.
_NO_TICKET_AFTER = re.compile(
    r"\s?(?:[层楼座栋室纸门口路次线版型]|出口|飞机|航班|bus|train|航站|指数|期货|停车|高速|国道|列车|级|"
    r"complaint|yuan|kuai|people|percent|[-]?(?:year|month|day|week)|k\b|"
    r"hundred|thousand|million|dollars?|pounds?|euros?|of\b|号[楼线门口院])"
)
# "a 100" is an article and a sum.
_ARTICLE = re.compile(r"a[, ]+[^0]")
_NO_TICKET_BEFORE = re.compile(
    r"(?:room|building|flat|vitamin|维生素|富时|section|grade|option|form|terminal|gate|flight|train|bus|"
    r"platform|seat|zone|floor|plan|尾号|车牌|"
    r"房间|座位|坐|航班|车次|complaint(?: number)?(?: is)?|(?:投诉|工单)(?:编号|单号|号码?)?(?:是|:)?) ?$"
)
# Letters that banks put on tickets.
_USUAL = "abcdev"


def find_windows(text: str) -> list[Found]:
    """5号窗口, 窗口五, window 5, counter two → "5"; of 三、四号窗口 both."""
    found = []
    for match in _WINDOW.finditer(text):
        said = match.groupdict()
        if said["en"] and not said["and"] and _SYSTEM.match(match[0]):
            continue
        for group, several in (("more", _ZH_OR_NOT), ("and", _EN_OR_NOT)):
            if said.pop(group):
                found += [
                    Found("window", more.start(), more.end(), str(small_integer(more[0])))
                    for more in several.finditer(text, *match.span(group))
                ]
        group = next(name for name, value in said.items() if value)
        value = small_integer(_ORDINALS.get(said[group]) or re.sub(r"(?<=\d)[a-z]+", "", said[group]))
        if value:
            start = match.start(group) if found and found[-1].end > match.start() else match.start()
            end = match.end(group) if match["and"] else match.end()
            found.append(Found("window", start, end, str(value)))
    return sorted(found, key=lambda item: item.start)


def find_tickets(text: str, is_capital: Callable[[int], bool]) -> list[Found]:
    """A012, a-12, A零一二, "A oh one two" → "A012".

    Three digits speak for themselves; fewer need a cue, a capital that is no article, or nothing beside them.
    """
    matches = list(_TICKET.finditer(text))
    if not matches:
        return []
    is_of_queue = bool(_QUEUE.search(text))
    found = []
    for match in matches:
        digits = _ticket_digits(match)
        start, end = match.span()
        before, after = text[max(0, start - 24) : start], text[end : end + 8]
        if not digits or _NO_TICKET_AFTER.match(text, end) or _NO_TICKET_BEFORE.search(before):
            continue
        is_cued = bool(_CUE.search(before)) or (not match["en"] and after.lstrip().startswith("号"))
        is_bare = bool(_BARE.fullmatch(text, 0, start) and _BARE.fullmatch(text, end)) and (
            match["letter"] in _USUAL or len(digits) > 1
        )
        # "a three" is an article and a count.
        is_bare = is_bare and not (match["en"] and match["letter"] == "a" and len(digits) < 2)
        if is_cued or is_bare or _is_clear(match, digits, is_capital, before, is_of_queue=is_of_queue):
            found.append(Found("ticket_number", start, end, match["letter"].upper() + digits.zfill(3)))
    return found


def _is_clear(
    match: re.Match[str], digits: str, is_capital: Callable[[int], bool], before: str, *, is_of_queue: bool
) -> bool:
    """Whether a letter and figures are a ticket wherever they stand: A012, "a zero one two", A66, not "a 100" or A4.

    `is_of_queue`: the text speaks of numbers and turns.
    """
    is_glued, is_usual = match[0][1] not in " -,.:", match["letter"] in _USUAL
    is_number = match["spoken"] or not _ARTICLE.match(match[0])
    if len(digits) > 2 and is_number and (is_usual or match[0][1] != " " or digits.startswith("0")):
        return True
    if not is_usual and not (is_glued and is_capital(match.start()) and _HOLDING.search(before)):
        return False
    if (match["digits"] and len(match["digits"]) == 2 and is_glued) or (match["han"] and len(match["han"]) > 1):
        return True
    is_held = is_of_queue or bool(_HOLDING.search(before) or _CALLED.match(match.string, match.end()))
    is_number_word = not (match["digits"] or match["han"])
    if match["letter"] != "a" and len(digits) > 1 and is_number_word:
        return True
    if is_capital(match.start()):
        # A capital inside a sentence is no article, nor one that nothing follows; a lone figure needs more than that.
        is_letter = match["letter"] != "a" or bool(_INSIDE.search(before) or _ALONE.match(match.string, match.end()))
        return is_held or (is_letter and (len(digits) > 1 or is_number_word or match[0][1] == "-"))
    return is_held and (len(digits) > 1 if is_number_word else is_glued or match["letter"] != "a")


def _ticket_digits(match: re.Match[str]) -> str | None:
    if match["digits"]:
        return re.sub("[o零〇]", "0", match["digits"].replace(" ", ""))
    if spoken := match["spoken"] or match["mixed"]:
        numbers = [(str(small_integer(word) or 0), bool(twice)) for twice, word in _SPOKEN_NUMBER.findall(spoken)]
        return "".join(2 * digits if twice else digits for digits, twice in numbers)
    if match["han"]:
        if re.fullmatch(rf"(?:{_HAN_DIGITS} ?)+", match["han"]):
            return digit_string(match["han"].replace(" ", ""))
        value = chinese_number(match["han"])
    else:
        value = number(match["en"]) if match["en"] else None
    return str(value) if value is not None else None


def find_masked(text: str) -> list[Found]:
    """⟨phone:1⟩ → an entity of its type with the token as value."""
    return [Found(match[1], match.start(), match.end(), match[0]) for match in MASKED.finditer(text)]
