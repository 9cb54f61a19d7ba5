"""What to do with savings: a few questions that can all be skipped, then two or three products with their caveats.

The questions are a form. What was recommended stays for the next turn (`recommended`), so that "no, 50,000" or
"and for five years?" is worked out anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from rasa_sdk.events import SlotSet

from actions import forms
from actions.base import FormAnswers, IntentAction, LobbyAction
from actions.forms import RECOMMENDATION, SKIPPED
from actions.turn import TAKE, Events, Turn, choice, offer
from bot.errors import Invalid
from bot.knowledge import recommendation, wishes
from bot.knowledge.exchange import exchange
from bot.knowledge.recommendation import ANY_TIME, NEEDS, RISKS, Advice, Wishes
from bot.knowledge.rules import YUAN, OutOfDate, term_label
from bot.knowledge.schema import NOT_SAVED, Product, canonical_term

NEED, HORIZON, AMOUNT, RISK = forms.SLOTS[RECOMMENDATION]
# In the slot of the risk: careful because of age, whatever else is said.
ELDERLY = "elderly"
WINDOW = "wealth"
AMOUNTS = 4
LEFT_OUT = 3

# Topics whose words may be an answer here: "存三年定期", "养老金". An amount to pay in is one where it is asked for.
NEAR = frozenset({"deposit_rates", "wealth_products", "social_security_and_pension", "consumer_rights_and_education"})
ERRAND = re.compile(r"号|號|排队|排隊|[取提领領攞]|\b(?:withdraw|queue|ticket|number)\b", re.IGNORECASE)
# Asks what a word means, which answers nothing: "R2是什么意思".
EXPLAINS = re.compile(
    r"什么|什麼|啥|意思|为何|為何|怎么|怎麼|区别|區別|[呢吗嗎]\W*$|\b(?:mean|what|why|difference)\b", re.IGNORECASE
)
ANYTHING = re.compile(
    r"^\W*(?:都行|都可以|都好|随便|隨便|无所谓|無所謂|没所谓|冇所谓|冇所謂|看着办|看著辦|你(?:看|定|说|說)|"
    r"(?:没|沒|还没|還沒)想(?:好|过|過)?|不确定|不確定|不一定|说不好|說不好|"
    r"any(?:thing)?(?: is fine)?|whatever|either|no preference|(?:it )?does(?: not|n'?t) matter|up to you|you decide|"
    r"it depends|not decided)(?:吧|啦|了|的|呀|啊|呢)?\W*$",
    re.IGNORECASE,
)
TAKES_BACK = re.compile(
    r"^.{0,12}?(?<!是)(?:不是|不为|不為)[^，。,.]{1,15}[，,。]|^.{0,12}?\bnot (?:for )?[^,.]{1,25}(?:,| but )",
    re.IGNORECASE,
)
CORRECTS = re.compile(
    r"不对|不對|错了|錯了|不是.{1,12}[,，是]|改成|改为|改為|换成|換成|应该是|應該是|"
    r"\b(?:actually|i meant?|sorry|rather|instead|change|wrong|correction)\b|^\W*no,",
    re.IGNORECASE,
)


class StartRecommendation(IntentAction):
    """A wish for advice, or a question about one of the products that were recommended."""

    action_name = "action_recommendation"

    def respond(self, turn: Turn) -> Events:
        asked = _product(turn, turn.entity("product")) if turn.is_choice else None
        return start(turn) if asked is None else tell(turn, asked)


class RecommendationAnswers(FormAnswers):
    action_name = "validate_recommendation_form"
    form = RECOMMENDATION
    own = frozenset({"wealth_recommendation"})

    def take(self, turn: Turn, asked: str) -> dict[str, Any] | None:
        if turn.is_choice and turn.entity("product"):
            return None
        told = _kept_apart(turn, asked, read(turn, asked))
        if not told.get(asked) and _skips(turn, told):
            return {**told, asked: SKIPPED}
        if forms.is_digression(turn, "value", self.own) and not _is_answer(turn, asked, told):
            return None
        if any(turn.slot(slot) and turn.slot(slot) != value for slot, value in told.items()):
            turn.say("utter_corrected")
        elif not told and turn.intent == "correct":
            turn.say("utter_recommendation_which", summary=summary(turn, _answers(turn)))
        elif not told:
            turn.say("utter_recommendation_unclear")
        return told


class AskAmount(LobbyAction):
    """The sums at which another product comes within reach are the choices."""

    action_name = "action_ask_recommendation_form_recommendation_amount"

    def respond(self, turn: Turn) -> Events:
        products = turn.edge.knowledge.tables.products.products
        minima = sorted({p.minimum for p in products if p.kind not in NOT_SAVED and p.minimum and p.minimum >= 1000})
        offered = [choice(turn.label("amount_choice", amount=f"{m:,f}"), "inform", amount=m) for m in minima[-AMOUNTS:]]
        turn.say("utter_ask_recommendation_amount", choices=[*offered, choice(turn.label("skip"), "deny")])
        return []


class GiveRecommendation(LobbyAction):
    """After the form: all that was asked is known or skipped."""

    action_name = "action_recommend"

    def respond(self, turn: Turn) -> Events:
        answers = _answers(turn)
        if answers[NEED] is None:  # given up on the way
            turn.say("utter_cancel_recommendation")
            return forms.end(turn, RECOMMENDATION)
        return [*forms.end(turn, RECOMMENDATION), *give(turn, answers)]


def start(turn: Turn) -> Events:
    """Ask what the message, or an earlier attempt, does not tell yet; recommend at once where it tells all."""
    if forms.GIVE_UP.match(turn.text):
        turn.say("utter_cancel_recommendation")
        return forms.end(turn, RECOMMENDATION)
    told = read(turn)
    answers = {**_answers(turn), **told}
    if None not in answers.values():
        return [*forms.end(turn, RECOMMENDATION), *give(turn, answers)]
    if any(answers.values()):
        turn.say("utter_recommendation_noted", summary=summary(turn, answers))
    else:
        turn.say("utter_recommendation_start")
    return [*forms.begin(turn, RECOMMENDATION), *(SlotSet(slot, value) for slot, value in told.items())]


def again(turn: Turn) -> Events:
    """After a recommendation: work it out anew with what the message changes; nothing where it changes nothing."""
    before = turn.slot("recommended")
    told = read(turn) if before and not turn.is_choice else {}
    if not told:
        return []
    answers = {**before, **told}
    if before.get(RISK) == ELDERLY:
        answers[RISK] = ELDERLY
    return give(turn, answers)


def read(turn: Turn, asked: str | None = None) -> dict[str, str]:
    """Answers that a message holds, by slot: a need, an ISO 8601 term, a sum in yuan, a risk."""
    taken_back = _taken_back(turn)
    text = wishes.plain(turn.text[taken_back:])
    entities = [entity for entity in turn.entities if (entity.get("start") or 0) >= taken_back]
    need, horizon, sums = _need(turn, text), _horizon(text, entities), _sums(turn, entities)
    told: dict[str, str | None] = {NEED: need, HORIZON: horizon, RISK: _risk(turn, text, asked == RISK)}
    if sums and wishes.loses_sum(text):
        known = max(sums) if len(sums) > 1 else _decimal(turn.slot(AMOUNT))
        told[RISK] = told[RISK] or (wishes.risk_of_share(min(sums) / known) if known else None)
        sums = sums if len(sums) > 1 else []
    if sums:
        told[AMOUNT] = f"{max(sums).normalize():f}"
    if wishes.is_elderly(text):
        told[RISK] = ELDERLY
    if need == "handy" and horizon is None and not turn.slot(HORIZON):
        told[HORIZON] = ANY_TIME
    if need == "insure":  # how long and how much to lose are no questions about cover
        for slot in (HORIZON, RISK):
            if told[slot] is None and turn.slot(slot) is None:
                told[slot] = SKIPPED
    return {slot: value for slot, value in told.items() if value is not None}


def give(turn: Turn, answers: Mapping[str, str | None]) -> Events:
    """The caveats first, then the products with why they fit and what to mind, and what was left out."""
    table = turn.edge.knowledge.tables.products
    told = _wishes(answers)
    try:
        advice = recommendation.recommend(table, told, today=turn.edge.branch.day(turn.now))
    except OutOfDate:
        turn.say("utter_recommendation_out_of_date", choices=[choice(turn.label("intent_human"), "human")])
        return []
    turn.say("utter_recommendation_caveats")
    kept = SlotSet("recommended", dict(answers))
    if not advice.picks:
        turn.say("utter_recommendation_none", summary=summary(turn, answers), choices=_window(turn))
        return [kept, *_offered(turn)]
    turn.say(
        "utter_recommendation",
        summary=summary(turn, answers),
        lines=_lines(turn, advice, told),
        cards=[recommendation.product_card(table, pick.product, turn.locale) for pick in advice.picks],
        choices=[*_window(turn), *(_about(turn, pick.product) for pick in advice.picks)],
    )
    return [kept, *_offered(turn)]


def tell(turn: Turn, product: Product) -> Events:
    """One product, as its card has it."""
    table = turn.edge.knowledge.tables.products
    assert product.caveat is not None  # what savings can go into has one
    turn.say(
        "utter_product",
        product=turn.pick(product.name),
        about=turn.pick(product.about),
        caveat=turn.pick(product.caveat),
        cards=[recommendation.product_card(table, product, turn.locale)],
        choices=_window(turn),
    )
    return [SlotSet("recommended", turn.slot("recommended")), *_offered(turn)]


def summary(turn: Turn, answers: Mapping[str, str | None]) -> str:
    """What was told, in a few words; that nothing was, where nothing was."""
    parts = []
    if need := answers.get(NEED):
        parts.append(turn.label(f"need_{need}"))
    if amount := _decimal(answers.get(AMOUNT)):
        parts.append(turn.label("amount_about", amount=f"{amount:,f}"))
    horizon = answers.get(HORIZON)
    if horizon == ANY_TIME and need != "handy":
        parts.append(turn.label("horizon_any_time"))
    elif horizon and horizon != ANY_TIME:
        parts.append(turn.label("horizon", term=term_label(horizon, turn.locale)))
    if risk := answers.get(RISK):
        parts.append(turn.label(f"risk_{risk}"))
    return turn.label("and").join(parts) or turn.label("nothing_told")


# --- what a message tells -----------------------------------------------------------------------


def _need(turn: Turn, text: str) -> str | None:
    chosen = turn.entity("need")
    return chosen if chosen in NEEDS else wishes.need_of(text)


def _taken_back(turn: Turn) -> int:
    """How much of the text says what is not meant: "不是三万，" of "不是三万，是三千"."""
    match = TAKES_BACK.match(turn.text)
    return match.end() if match else 0


def _horizon(text: str, entities: Sequence[Mapping[str, Any]]) -> str | None:
    named = {entity["entity"]: str(entity["value"]) for entity in entities}
    if named.get("option") == "any_time":
        return ANY_TIME
    # Words first: of 三五年 the entity is the longer end.
    return wishes.horizon_of(text) or canonical_term(named.get("term", ""))


def _sums(turn: Turn, entities: Sequence[Mapping[str, Any]]) -> list[Decimal]:
    """The sums that are named, in yuan; none of a currency without a rate."""
    named = [_decimal(str(entity["value"])) for entity in entities if entity["entity"] == "amount"]
    sums = [amount for amount in named if amount is not None and amount.is_finite() and amount > 0]
    currency = turn.entity("currency") or YUAN
    if currency == YUAN:
        return sums
    rates, today = turn.edge.knowledge.tables.exchange_rates, turn.edge.branch.day(turn.now)
    try:
        return [exchange(rates, amount, currency, YUAN, today=today).result for amount in sums]
    except Invalid:
        return []


def _risk(turn: Turn, text: str, asked: bool) -> str | None:
    chosen = turn.entity("risk")
    return chosen if chosen in RISKS else wishes.risk_of(text, asked=asked)


def _kept_apart(turn: Turn, asked: str, told: dict[str, str]) -> dict[str, str]:
    """Without what is said only by the way: a need again while something else is answered, a risk in spite of age."""
    by_the_way = {NEED} if asked in told and asked != NEED and turn.slot(NEED) and not _corrects(turn) else set()
    if turn.slot(RISK) == ELDERLY:
        by_the_way.add(RISK)
    return {slot: value for slot, value in told.items() if slot not in by_the_way}


def _corrects(turn: Turn) -> bool:
    return turn.intent == "correct" or bool(CORRECTS.search(turn.text))


def _skips(turn: Turn, told: Mapping[str, str]) -> bool:
    """A skip is all that a message says: "no, 50,000" answers something else."""
    return not told and (forms.is_skip(turn) or bool(ANYTHING.match(turn.text)))


def _is_answer(turn: Turn, asked: str, told: Mapping[str, str]) -> bool:
    """Whether a message that was taken for another topic answers the question all the same."""
    if asked not in told or turn.is_choice or forms.ASKS.search(turn.text) or EXPLAINS.search(turn.text):
        return False
    pays_in = turn.intent == "take_ticket" and asked == AMOUNT and not ERRAND.search(turn.text)
    # "I cannot lose anything" sounds like a lost card.
    loses = turn.intent == "card_loss" and asked == RISK
    return turn.intent in NEAR or pays_in or loses


# --- words --------------------------------------------------------------------------------------


def _lines(turn: Turn, advice: Advice, told: Wishes) -> str:
    lines = []
    for number, pick in enumerate(advice.picks, start=1):
        reasons = [
            turn.label(f"why_need_{told.need}") if reason == "need" else turn.label(f"why_{reason}")
            for reason in pick.reasons
        ]
        product = pick.product
        name = turn.pick(product.name)
        lines.append(
            f"{number}. " + (turn.label("product_risk", product=name, risk=product.risk) if product.risk else name)
        )
        if reasons:
            lines.append(turn.label("why", reasons=turn.label("then").join(reasons)))
        if product.caveat:
            lines.append(turn.label("mind", caveat=turn.pick(product.caveat)))
    if advice.left_out:
        named = [
            turn.label(f"left_out_{item.cause}", product=turn.pick(item.product.name), **_fact(turn, item.product))
            for item in advice.left_out[:LEFT_OUT]
        ]
        lines.append(turn.label("left_out", products=turn.label("and").join(named)))
    return "\n".join(lines)


def _fact(turn: Turn, product: Product) -> dict[str, str]:
    return {
        "risk": product.risk or "",
        "minimum": f"{product.minimum:,f}" if product.minimum else "",
        "term": turn.pick(product.term) if product.term else "",
    }


def _window(turn: Turn) -> list[dict[str, str]]:
    service = turn.edge.branch.services.get(WINDOW)
    if service is None:
        return []
    return [choice(turn.label("take_number_for", service=turn.pick(service.label)), "take_ticket", service=service.id)]


def _offered(turn: Turn) -> Events:
    return [offer(TAKE, service=WINDOW)] if WINDOW in turn.edge.branch.services else []


def _about(turn: Turn, product: Product) -> dict[str, str]:
    label = turn.label("ask_about", product=turn.pick(product.name))
    return choice(label, "wealth_recommendation", product=product.id)


def _product(turn: Turn, identity: Any) -> Product | None:
    """The product of this id, if savings can go into it."""
    products = turn.edge.knowledge.tables.products.products
    return next((p for p in products if p.id == identity and p.kind not in NOT_SAVED), None)


def _answers(turn: Turn) -> dict[str, str | None]:
    return {slot: turn.slot(slot) for slot in forms.SLOTS[RECOMMENDATION]}


def _wishes(answers: Mapping[str, str | None]) -> Wishes:
    need, risk = answers.get(NEED), answers.get(RISK)
    return Wishes(
        need=next((known for known in NEEDS if known == need), None),
        horizon=answers.get(HORIZON) or None,
        amount=_decimal(answers.get(AMOUNT)),
        risk=next((known for known in RISKS if known == risk), None),
        elderly=risk == ELDERLY,
    )


def _decimal(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
