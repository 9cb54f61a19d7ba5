"""Finds entities in a customer's text: spaCy holds the tokens and the bank's own words, pure parsers the values.

Needs no downloaded model. Knows neither Rasa nor where the words come from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import spacy
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.pipeline import EntityRuler
from spacy.tokens import Doc
from spacy.util import filter_spans
from spacy.vocab import Vocab

from bot.nlu.normalise import normalise
from bot.nlu.parsers import amount, currency, dates, desk, person, term, times
from bot.nlu.parsers.found import Found

# A Han character, a Latin word, a number, a masked value, or one other character: an alias needs no word boundaries.
_TOKEN = re.compile(r"⟨[a-z_]+:\d+⟩|[a-z]+(?:'[a-z]+)*|\d+|\S")
_RATE = re.compile(r"\d+(?:\.\d+)?\s?(?:%|percent|per cent|厘)|百分之[零一二两三四五六七八九十百点\d.]+")
# No sum has so many digits, and a pattern that starts at every one of them takes its time.
_ENDLESS = re.compile(r"\d{16,}")
_BLANK = "\ue000"
# The contract lets no longer text in.
LONGEST = 2000
_AS_SAID = frozenset({"date", "time", "person_name"})

# What one does with a sum says which errand it is, although the words stand apart: 取三万块钱, take 5,000 out.
_ERRANDS: dict[str, list[list[str]]] = {
    "cash_withdrawal": [
        ["取"],
        ["提"],
        ["领"],
        ["攞"],
        ["withdraw"],
        ["withdrawing"],
        ["take", "out"],
        ["draw", "out"],
    ],
    "cash_deposit": [["存"], ["deposit"], ["depositing"], ["pay", "in"], ["put", "in"]],
    "transfer": [["转"], ["汇"], ["transfer"], ["transferring"], ["send"], ["wire"], ["remit"]],
    "loan": [["贷"], ["借"], ["borrow"]],
}
_EXCHANGE = [["换"], ["兑"], ["购"], ["change"], ["exchange"]]
_BETWEEN = {
    "TEXT": {
        "REGEX": "^(?:[款钱现金个大概约出来点我卡里的了进去入给他她它账到上走掉差不多]"
        "|about|around|roughly|an?|some|my|just|only|me|him|her|them|us|out|in)$"
    },
    "OP": "?",
}
OTHER = "other"


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
        self._rulers = [_ruler(self._nlp, label, aliases) for label, aliases in words.items() if aliases]
        self._errands = _errand_matcher(self._nlp.vocab)

    def find(self, text: str, today: date | None = None) -> list[Entity]:
        """All entities of a text, in its order. `today` in the branch's zone resolves dates."""
        normal = normalise(text[:LONGEST])
        doc = self._nlp.make_doc(normal.text)

        def is_capital(offset: int) -> bool:
            return text[normal.starts[offset]].isupper()

        values = find_values(normal.text, today, is_capital)
        found = [*values, *self._named(doc)]
        found += [errand for errand in self._errand(doc, values) if not _is_told(errand, found)]
        entities = []
        for item in sorted(found, key=lambda item: (item.start, item.end)):
            start, end = normal.span(item.start, item.end)
            value = text[start:end] if item.kind in _AS_SAID else item.value
            entities.append(Entity(item.kind, value, start, end, item.resolved))
        return entities

    def _named(self, doc: Doc) -> list[Found]:
        """Products and services; a phrase may be both."""
        found = []
        for ruler in self._rulers:
            doc.set_ents([])
            for span in ruler(doc).ents:
                # "other" is a word of every second sentence; it is an answer only when it is all that is said.
                if span.ent_id_ == OTHER and len(span) < sum(token.is_alpha for token in doc):
                    continue
                found.append(Found(span.label_, span.start_char, span.end_char, span.ent_id_))
        doc.set_ents([])
        return found

    def _errand(self, doc: Doc, values: Sequence[Found]) -> list[Found]:
        """The errand that a verb before or around a sum or currency tells."""
        sums = [
            doc.char_span(item.start, item.end, label=item.kind, alignment_mode="expand")
            for item in values
            if item.kind in ("amount", "currency")
        ]
        if not sums:
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
        spaces = [match.end() < len(text) and text[match.end()] == " " for match in matches]
        doc = Doc(self._vocab, words=[match[0] for match in matches], spaces=spaces)
        for token in doc:
            token.norm_ = _singular(token.text)
        return doc


def _singular(word: str) -> str:
    """Loans and loan are one word to the rulers."""
    return word[:-1] if len(word) > 2 and word.endswith("s") and not word.endswith("ss") and word.isascii() else word


def _ruler(nlp: Language, label: str, aliases: dict[str, list[str]]) -> EntityRuler:
    ruler = EntityRuler(nlp, phrase_matcher_attr="NORM", overwrite_ents=True)
    patterns: list[dict[str, Any]] = [
        {"label": label, "pattern": normalise(alias).text, "id": identity}
        for identity, texts in aliases.items()
        for alias in dict.fromkeys(texts)
    ]
    ruler.add_patterns(patterns)
    return ruler


def _errand_matcher(vocab: Vocab) -> Matcher:
    matcher = Matcher(vocab)
    for service, verbs in _ERRANDS.items():
        matcher.add(service, [pattern for verb in verbs for pattern in _around(verb, "amount")], greedy="LONGEST")
    matcher.add(
        "forex",
        [
            [{"TEXT": verb}, _BETWEEN, _BETWEEN, {"ENT_TYPE": "amount", "OP": "*"}, {"ENT_TYPE": "currency", "OP": "+"}]
            for (verb,) in _EXCHANGE
        ],
        greedy="LONGEST",
    )
    return matcher


def _around(verb: list[str], label: str) -> Iterable[list[dict[str, Any]]]:
    """A verb, up to four small words, a sum; the second half of a verb (take … out) may stand after the sum."""
    sum_of = {"ENT_TYPE": label, "OP": "+"}
    yield [*({"TEXT": word} for word in verb), _BETWEEN, _BETWEEN, _BETWEEN, _BETWEEN, sum_of]
    if len(verb) > 1:
        yield [{"TEXT": verb[0]}, _BETWEEN, _BETWEEN, sum_of, _BETWEEN, {"TEXT": verb[1]}]


def _is_told(errand: Found, found: Sequence[Found]) -> bool:
    """Whether the same errand, or any at the same place, has been named already."""
    return any(
        item.kind == "service" and (item.value == errand.value or (item.start < errand.end and errand.start < item.end))
        for item in found
    )
