"""Currencies by name, sign or code, as ISO 4217."""

from __future__ import annotations

import re

from bot.nlu.parsers.found import Found

# 元 and 块 are left out: they say "money" in any place where Chinese is spoken.
_NAMES = {
    "CNY": r"人民币|rmb|cny|renminbi|chinese yuan|yuan",
    "USD": r"美元|美金|美刀|usd|us dollars?|u\.s\. dollars?|american dollars?|us\$|dollars?|bucks|\$",
    "HKD": r"港币|港元|港纸|港幣|hkd|hong kong dollars?|hk dollars?|hk\$",
    "TWD": r"新台币|台币|twd|ntd|new taiwan dollars?|taiwan dollars?|nt\$",
    "EUR": r"欧元|eur|euros?|€",
    "GBP": r"英镑|gbp|british pounds?|pounds? sterling|sterling|pounds?|quid|£",
    "JPY": r"日元|日币|日圆|jpy|japanese yen|yen",
    "KRW": r"韩元|韩币|韩圆|krw|korean won|won(?= (?:to|into|for)\b)|₩",
    "AUD": r"澳元|澳币|aud|australian dollars?|aussie dollars?|a\$",
    "CAD": r"加元|加币|加拿大元|cad|canadian dollars?|c\$",
    "SGD": r"新加坡元|新加坡币|新币|坡币|sgd|singapore dollars?|s\$",
    "NZD": r"新西兰元|纽币|nzd|new zealand dollars?",
    "CHF": r"瑞士法郎|瑞郎|chf|swiss francs?",
    "THB": r"泰铢|泰币|thb|thai baht|baht",
    "MOP": r"澳门元|澳门币|葡币|mop|patacas?",
    "MYR": r"马来西亚林吉特|林吉特|马币|myr|ringgits?",
    "PHP": r"菲律宾比索|php|philippine pesos?",
    "VND": r"越南盾|vnd|vietnamese dong",
    "IDR": r"印尼盾|印尼卢比|idr|indonesian rupiah",
    "RUB": r"卢布|rub|roubles?|rubles?",
    "INR": r"印度卢比|inr|indian rupees?|rupees?",
    "SEK": r"瑞典克朗|sek",
    "DKK": r"丹麦克朗|dkk",
    "NOK": r"挪威克朗|nok",
}


def _bounded(names: str) -> str:
    # A letter or digit may not run into a Latin name: "usd100" is money, "cadet" is not.
    return "|".join(rf"(?<![a-z]){n}(?![a-z])" if re.match(r"[a-z]", n) else n for n in names.split("|"))


_ANY = re.compile(
    "|".join(
        rf"(?P<{code}>{_bounded(names)})"
        # Longer names first, so that "hong kong dollars" is not read as dollars of America.
        for code, names in sorted(_NAMES.items(), key=lambda item: item[0] in ("USD", "GBP", "CNY", "JPY", "INR"))
    )
)


def find(text: str) -> list[Found]:
    """Every currency that is named."""
    return [Found("currency", match.start(), match.end(), str(match.lastgroup)) for match in _ANY.finditer(text)]
