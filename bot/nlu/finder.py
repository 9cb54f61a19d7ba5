"""Finds entities in a customer's text: spaCy holds the tokens and the bank's own words, pure parsers the values.

Needs no downloaded model. Knows neither Rasa nor where the words come from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import spacy
from spacy.language import Language
from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans
from spacy.vocab import Vocab

from bot.nlu.normalise import normalise
from bot.nlu.parsers import amount, currency, dates, desk, person, term, times
from bot.nlu.parsers.found import Found

# A Han character, a Latin word, a number, a masked value, or one other character: an alias needs no word boundaries.
# A hyphen in a word counts as a blank: fixed-deposit.
_TOKEN = re.compile(r"⟨[a-z_]+:\d+⟩|[a-z]+(?:'[a-z]+)*|\d+|(?!(?<=[a-z\d])-[a-z])\S")
_RATE = re.compile(
    r"\d+(?:\.\d+)?\s?(?:%|‰|percent|per cent|厘|个(?:百分)?点|basis points?)|"
    r"[百千]分之[零一二两三四五六七八九十百点\d.]+"
    r"|[零一二两三四五六七八九十]{1,5}(?:点[零一二两三四五六七八九]{1,5})?(?:厘|个百分点)"
)
# A name inside these is none: a cash machine, the safe, "from time to time".
_OTHER_WORDS = re.compile(
    r"[取存提]款机|[撳揿入]钱机|存取款|保险[柜箱库]|存款保险|不定期|定期(?:[来去发给查看换检维更清打寄]|体检|"
    r"回访|提醒|寿险|定额)|cd ?(?:机|盘|唱片|player)|存单[位据]|其他人|别的人|黄金周|社保局"
)
# No sum has so many digits, and a pattern that starts at every one of them takes its time; nor has the number of a
# complaint, C20261123-0007, anything in it.
_ENDLESS = re.compile(r"\d{16,}|(?<![a-z\d])[a-z]\d{8}-?\d{4}(?!\d)")
_BLANK = "\ue000"
# The contract lets no longer text in.
LONGEST = 2000
_AS_SAID = frozenset({"date", "time", "person_name"})

# What one does with a sum, or with money, says which errand it is, although the words stand apart: 取三万块钱.
_ERRANDS: dict[str, list[list[str]]] = {
    "cash_withdrawal": [
        ["取"],
        ["提"],
        ["领"],
        ["攞"],
        ["拎"],
        ["withdraw"],
        ["withdrawing"],
        ["take", "out"],
        ["draw", "out"],
    ],
    "cash_deposit": [["存"], ["deposit"], ["depositing"], ["pay", "in"], ["put", "in"]],
    "transfer": [["转"], ["汇"], ["transfer"], ["transferring"], ["send"], ["wire"], ["remit"], ["打"]],
    "loan": [["贷"], ["借"], ["borrow"]],
}
_EXCHANGE = ["换", "兑", "购", "买", "change", "changing", "exchange", "exchanging", "convert", "swap", "buy"]
_MONEY = ["钱", "现", "money", "cash"]
# 预借现金 is done with a credit card.
_LENT = ["钱", "money"]
_BETWEEN = {
    "TEXT": {
        "REGEX": "^(?:[款钱现金个大概约出来点儿我卡里的了进去入给他她它账到上走掉差不多些一成啲]"
        "|about|around|roughly|an?|some|my|just|only|me|him|her|them|us|out|in)$"
    },
    "OP": "?",
}
# 取点钱, but neither 存的钱 nor 转不出钱.
_A_LITTLE = {"TEXT": {"REGEX": "^(?:[点儿些个一下啲我他她给]|some|my|the|any|him|her|them|us|me|out|in)$"}, "OP": "?"}
OTHER = "other"
_CASH = ("cash_withdrawal", "cash_deposit")


@dataclass(frozen=True)
class Entity:
    """Offsets count characters of the customer's text, `end` excluded."""

    type: str
    value: str
    start: int
    end: int
    resolved: str | None = None


class EntityFinder:
    """`words` maps an entity type (product, service) to the ids of its things and the aliases of each."""

    def __init__(self, words: dict[str, dict[str, list[str]]]) -> None:
        self._nlp = spacy.blank("zh")
        self._nlp.tokenizer = _Tokenizer(self._nlp.vocab)
        self._names = _name_matcher(self._nlp, words)
        self._errands = _errand_matcher(self._nlp.vocab)

    def find(self, text: str, today: date | None = None) -> list[Entity]:
        """All entities of a text, in its order. `today` in the branch's zone resolves dates."""
        normal = normalise(text[:LONGEST])
        doc = self._nlp.make_doc(normal.text)

        def is_capital(offset: int) -> bool:
            return text[normal.starts[offset]].isupper()

        values = find_values(normal.text, today, is_capital)
        found = [*values, *self._named(doc, normal.text)]
        found += _untold(self._errand(doc, values, normal.text), found)
        entities = []
        for item in sorted(found, key=lambda item: (item.start, item.end)):
            start, end = normal.span(item.start, item.end)
            value = text[start:end] if item.kind in _AS_SAID else item.value
            entities.append(Entity(item.kind, value, start, end, item.resolved))
        return entities

    def _named(self, doc: Doc, text: str) -> list[Found]:
        """Products and services; a phrase may be both."""
        spans: dict[str, list[Span]] = {}
        for span in self._names(doc, as_spans=True):
            spans.setdefault(span.label_.split(_BLANK)[0], []).append(span)
        if not spans:
            return []
        words = sum(token.is_alpha for token in doc)
        others = _around_each(match.span() for match in _OTHER_WORDS.finditer(text))
        found = []
        for label, several in spans.items():
            for span in filter_spans(several):
                identity = span.label_.split(_BLANK)[1]
                # "other" is a word of every second sentence; it is an answer only when it is all that is said.
                if not _is_inside(span.start_char, span.end_char, others) and (identity != OTHER or len(span) >= words):
                    found.append(Found(label, span.start_char, span.end_char, identity))
        products = _around_each((item.start, item.end) for item in found if item.kind == "product")
        return [item for item in found if not _is_part(item, products)]

    def _errand(self, doc: Doc, values: Sequence[Found], text: str) -> list[Found]:
        """The errand that a verb before or around a sum or currency tells."""
        sums = [
            doc.char_span(item.start, item.end, label=item.kind, alignment_mode="expand")
            for item in values
            if item.kind in ("amount", "currency")
        ]
        if not sums and not any(word in text for word in _MONEY):
            return []
        doc.set_ents(filter_spans([span for span in sums if span is not None]))
        found = []
        for match_id, start, _ in self._errands(doc):
            verb = doc[start]
            found.append(Found("service", verb.idx, verb.idx + len(verb.text), doc.vocab.strings[match_id]))
        return found


def find_values(text: str, today: date | None, is_capital: Callable[[int], bool]) -> list[Found]:
    """What parsers find in normalised text. Each sees only what no parser before it took."""
    chosen: list[Found] = []
    left = _ENDLESS.sub(_blank, text)

    def take(items: Iterable[Found]) -> None:
        nonlocal left
        chars = list(left)
        for item in sorted(items, key=lambda item: (item.start - item.end, item.start)):
            if _BLANK not in chars[item.start : item.end]:
                chosen.append(item)
                chars[item.start : item.end] = [_BLANK] * (item.end - item.start)
        left = "".join(chars)

    take(desk.find_masked(left))
    take(desk.find_windows(left))
    take(desk.find_tickets(left, is_capital))
    left = _RATE.sub(_blank, left)
    take(person.find(left, is_capital))
    take(dates.find(left, today))
    take(times.find(left, text))
    terms = term.find(left)
    take(terms)
    currencies = currency.find(left, is_capital)
    take(amount.find(left, currencies, terms))
    take(currencies)
    return chosen


def _blank(match: re.Match[str]) -> str:
    return _BLANK * len(match[0])


class _Tokenizer:
    """Normalised text to a Doc whose offsets are those of the text."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab

    def __call__(self, text: str) -> Doc:
        matches = list(_TOKEN.finditer(text))
        spaces = [match.end() < following.start() for match, following in pairwise(matches)]
        spaces += [False] * (len(matches) - len(spaces))
        doc = Doc(self._vocab, words=[match[0] for match in matches], spaces=spaces)
        for token in doc:
            token.norm_ = _singular(token.text)
        return doc


def _singular(word: str) -> str:
    """Loans, loan's and loan are one word to the matcher, and so are annuities and annuity."""
    word = word.removesuffix("'s")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 2 and word.endswith("s") and not word.endswith("ss") and word.isascii() else word


def _name_matcher(nlp: Language, words: dict[str, dict[str, list[str]]]) -> PhraseMatcher:
    """Its matches are labelled with the type and the id of what they name."""
    matcher = PhraseMatcher(nlp.vocab, attr="NORM")
    for label, aliases in words.items():
        for identity, texts in aliases.items():
            matcher.add(label + _BLANK + identity, [nlp.make_doc(normalise(alias).text) for alias in texts])
    return matcher


def _around_each(spans: Iterable[tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """Offset → the span that it lies in, of spans that do not overlap."""
    return {at: span for span in spans for at in range(*span)}


def _is_inside(start: int, end: int, spans: Mapping[int, tuple[int, int]]) -> bool:
    """Whether it is a part, not the whole, of one of them."""
    return start in spans and end <= spans[start][1] and (start, end) != spans[start]


def _is_part(item: Found, products: Mapping[int, tuple[int, int]]) -> bool:
    """Whether an errand at the cash desk is only a word of a product's name: the deposit of a fixed deposit."""
    return item.kind == "service" and item.value in _CASH and _is_inside(item.start, item.end, products)


def _errand_matcher(vocab: Vocab) -> Matcher:
    matcher = Matcher(vocab)
    for service, verbs in _ERRANDS.items():
        money = _LENT if service == "loan" else _MONEY
        matcher.add(service, [pattern for verb in verbs for pattern in _around(verb, money)], greedy="LONGEST")
    matcher.add(
        "forex",
        [
            [{"TEXT": verb}, _BETWEEN, _BETWEEN, {"ENT_TYPE": "amount", "OP": "*"}, {"ENT_TYPE": "currency", "OP": "+"}]
            for verb in _EXCHANGE
        ],
        greedy="LONGEST",
    )
    return matcher


def _around(verb: list[str], nouns: list[str]) -> Iterable[list[dict[str, Any]]]:
    """A verb, up to four small words, a sum or money; half a verb (take … out) may stand behind."""
    said = [{"TEXT": word} for word in verb]
    for between, money in ((_BETWEEN, {"ENT_TYPE": "amount", "OP": "+"}), (_A_LITTLE, {"TEXT": {"IN": nouns}})):
        yield [*said, *4 * [between], money]
        if len(verb) > 1:
            yield [said[0], *2 * [between], money, between, said[1]]


def _untold(errands: Iterable[Found], found: Sequence[Found]) -> list[Found]:
    """Those errands that have not been named already, and at whose place none has."""
    named = [item for item in found if item.kind == "service"]
    values, places = {item.value for item in named}, _around_each((item.start, item.end) for item in named)
    return [errand for errand in errands if errand.value not in values and errand.start not in places]
