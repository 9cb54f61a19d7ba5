"""Currencies by name, nickname, sign or code, as ISO 4217."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.nlu.parsers.bare import is_bare
from bot.nlu.parsers.found import Found
from bot.nlu.parsers.numbers import DIGITS

# 元, 块 and 蚊 are left out: they say "money" in any place where Chinese is spoken. An `s` at the end is a plural.
_NAMES = {
    "CNY": "人民币|软妹币|人仔|毛爷爷|rmb|cny|cnh|renminbi|chinese yuan|"
    "chinese money|yuan renminbi|renminbi yuan|rmb yuan|yuan|yuans|¥",
    "USD": "美元|美金|美刀|美钞|美币|美国钱|美国币|usd|us dollars|u.s. dollars|"
    "american dollars|american money|us$|dollars|dollers|dolars|bucks|"
    "greenbacks|$",
    "HKD": "港币|港元|港纸|港银|港钞|香港钱|香港币|香港元|hkd|hong kong dollars|hk dollars|hk$",
    "TWD": "新台币|台湾币|台币|twd|ntd|nt dollars|new taiwan dollars|taiwan dollars|taiwanese dollars|nt$",
    "EUR": "欧元|欧罗|eur|euros|€",
    "GBP": "英镑|英磅|gbp|british pounds|pounds sterling|pound sterling|sterling|pounds|quid|£",
    "JPY": "日元|日币|日圆|日円|日钞|日本币|日本钱|jpy|japanese yen|yen",
    "KRW": "韩元|韩币|韩圆|韩圜|韩国币|韩国钱|krw|korean won|₩",
    "AUD": "澳元|澳币|澳洲币|澳洲元|澳大利亚元|澳刀|澳纸|aud|australian dollars|aussie dollars|a$|au$",
    "CAD": "加元|加币|加刀|加纸|加拿大元|加拿大币|canadian dollars|c$|ca$",
    "SGD": "新加坡元|新加坡币|新元|新币|坡币|坡元|星币|sgd|singapore dollars|sing dollars|s$",
    "NZD": "新西兰元|新西兰币|纽西兰币|纽币|纽元|纽刀|纽纸|nzd|new zealand dollars|kiwi dollars|nz$",
    "CHF": "瑞士法郎|瑞郎|瑞士币|法郎|chf|swiss francs|francs",
    "THB": "泰铢|泰株|泰币|泰国铢|泰国币|泰国钱|฿|thb|thai bahts|bahts",
    "MOP": "澳门元|澳门币|葡币|澳门钱|macau patacas|patacas",
    "MYR": "马来西亚林吉特|林吉特|令吉|马币|马来币|马来西亚币|myr|malaysian ringgits|ringgits",
    "PHP": "菲律宾比索|菲律宾币|比索|披索|₱|philippine pesos|pesos",
    "VND": "越南盾|越盾|越南币|₫|vnd|vietnamese dong",
    "IDR": "印尼盾|印尼卢比|印尼币|idr|indonesian rupiahs|rupiahs",
    "RUB": "卢布|俄罗斯币|₽|russian roubles|russian rubles|roubles|rubles",
    "INR": "印度卢比|卢比|₹|inr|indian rupees|rupees",
    "SEK": "瑞典克朗|swedish krona|swedish kronor|swedish kroner",
    "DKK": "丹麦克朗|dkk|danish krone|danish kroner",
    "NOK": "挪威克朗|norwegian krone|norwegian kroner",
    "AED": "迪拉姆|dirhams",
    "SAR": "沙特里亚尔|saudi riyals",
    "ZAR": "兰特|zar|south african rand",
    "TRY": "土耳其里拉|里拉|turkish liras",
    "BRL": "巴西雷亚尔|brl|brazilian reals",
    "MXN": "墨西哥比索|mxn|mexican pesos",
}
# Words of other sentences too: they name money beside a number, and a code where it is written in capitals.
_BESIDE_NUMBER = {
    "kuai": "CNY",
    "kwai": "CNY",
    "刀乐": "USD",
    "刀": "USD",
    "欧": "EUR",
    "镑": "GBP",
    "磅": "GBP",
    "cad": "CAD",
    "canadian": "CAD",
    "us": "USD",
    "hk": "HKD",
    "nt": "TWD",
    "buck": "USD",
    "mop": "MOP",
    "php": "PHP",
    "rub": "RUB",
    "sek": "SEK",
    "nok": "NOK",
    "won": "KRW",
    "dong": "VND",
    "aussie": "AUD",
}
_CODES = {name: code for code, names in _NAMES.items() for name in names.split("|")}
_CODES |= {name[:-1]: code for name, code in _CODES.items() if name.endswith("s") and name.isascii()} | _BESIDE_NUMBER
# Only literals, so that `re` skips to their first characters; longer ones first: a Hong Kong dollar is none of America.
_ANY = re.compile("|".join(re.escape(name) for name in sorted(_CODES, key=len, reverse=True)))
_NUMBER_BEFORE = re.compile(
    rf"(?:[\d{DIGITS}十百千万亿多来几]|\d ?[kmw]|万|hundred|thousand|million|grand|twenty|thirty|forty|fifty|"
    rf"sixty|seventy|eighty"
    r"|ninety|ten|\bone|\ba|\bmany|\bmuch) ?个?$"
)
# 500 US, but "give us" and "transfer to HK".
_ALWAYS_BESIDE_NUMBER = ("us", "hk", "nt", "buck")
_EXCHANGED_BEFORE = re.compile(r"\b(?:in|to|into|exchange|change|convert) $")
_RATE_AFTER = re.compile(r" (?:to|into|rates?)\b")
# 加元旦, 参加元宵; 欧洲; 一刀切.
_MONEY = re.compile(r" ?[\d,.]{1,15} ?(?:[kmw万]|million|thousand)? ?")
_CUT = re.compile(r"[砍切宰挨]\S?$")
_APOSTROPHES = ("'", "’")
_OTHER_WORD = {"元": "旦宵素", "欧": "洲盟美姆阳式", "刀": "切具片叉子工法锋"}


def find(text: str, is_capital: Callable[[int], bool] = lambda offset: False) -> list[Found]:
    """Every currency that is named. A sign beside a name says no more than the name: HKD $500, $500 AUD."""
    found = [
        Found("currency", *match.span(), _CODES[match[0]])
        for match in _ANY.finditer(text)
        if _is_named(text, match, is_capital)
    ]
    starts = {item.start for item in found}
    kept: list[Found] = []
    for item in found:
        if text[item.start : item.end] in ("$", "¥"):
            if kept and item.start - kept[-1].end in (0, 1):
                kept[-1] = replace(kept[-1], end=item.end)
                continue
            money = _MONEY.match(text, item.end)
            if money and money.end() in starts:
                continue
        kept.append(item)
    return kept


def _is_named(text: str, match: re.Match[str], is_capital: Callable[[int], bool]) -> bool:
    name, (start, end) = match[0], match.span()
    after = text[end : end + 1]
    if after and after in _OTHER_WORD.get(name[-1], ""):
        return False
    # A letter may not run into a Latin name: "usd100" is money, "cadet" is not.
    if name[0].isascii() and name[0].isalpha() and start and text[start - 1].isascii() and text[start - 1].isalpha():
        return False
    if name[-1].isascii() and name[-1].isalpha() and (after in _APOSTROPHES or (after.isascii() and after.isalpha())):
        return False
    before = text[max(0, start - 12) : start]
    if (name == "刀" and _CUT.search(before)) or (name == "quid" and text.startswith(" pro quo", end)):
        return False
    if name not in _BESIDE_NUMBER or _NUMBER_BEFORE.search(before):
        return True
    if name in _ALWAYS_BESIDE_NUMBER:
        return False
    if name.isascii() and (_EXCHANGED_BEFORE.search(before) or _RATE_AFTER.match(text, end)):
        return True
    return is_bare(text, start, end) or (len(name) == 3 and all(is_capital(at) for at in range(start, end)))
