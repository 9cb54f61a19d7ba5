"""Finding the answer of data/knowledge that a message wants, and saying it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk.events import SlotSet

from actions.turn import TAKE, Events, Turn, choice, offer
from bot.knowledge.retrieval import faq_card
from bot.knowledge.service import Answer

# From this probability on an answer is given at once, and where it is so many times as probable as the next.
TRUSTED = 0.5
CLEARLY = 3.0
# Answers less probable than this are not asked about.
POSSIBLE = 0.08
WHICH = 3
# A question that names no matter of its own: what it costs, how long it takes, what to bring, where, who, and then.
_ZH = (
    r"(?:办|辦|收)?(?:手续费|手續費|费用|費用|工本费|工本費|收费|收費)?(?:是|要|大概)?(?:多少|几多|幾多)(?:钱|錢)?",
    r"(?:要|收)(?:不要)?(?:手续费|手續費|工本费|工本費|费|費|钱|錢)(?:吗|嗎|不|么|麼)",
    r"(?:免费|免費|收费|收費)的?(?:吗|嗎|不)",
    r"(?:大概|一般|需要|要|得)*(?:多久|多长时间|多長時間|几天|幾天|几耐|幾耐)(?:才|能|可以|先)*(?:办|辦)?(?:好|到账|到帳|拿到|下[来來])?",
    r"(?:需?要|得|都要|使)?(?:带|帶|准备|準備)(?:什么|什麼|啥|咩|乜|哪些)\w{0,4}",
    r"需?要(?:什么|什麼|啥|咩|哪些)(?:材料|证件|證件|资料|資料|手续|手續|条件|條件|文件)",
    r"[在去到喺]?(?:哪|边度|邊度)[里裡儿兒]?(?:可以)?[办辦弄搞]理?",
    r"(?:具体|具體)?(?:怎么|怎麼|点样|點樣)(?:办理|辦理|办|辦|弄|操作|申请|申請)",
    r"(?:一定)?(?:需?要|得)?(?:本人|我自己|亲自|親自)(?:[来來去]|到[场場]|办|辦)?[吗嗎不]",
    r"(?:能|可以)(?:不能|不可以)?(?:代办|代辦|别人办|別人辦|网上办|網上辦|手机办|手機辦|在手机上办)[吗嗎不]?",
    r"为什么|為什麼|为啥|點解|然后|然後|之后|之後|接下[来來]|[还還]有",
)
_EN = (
    r"how much(?: is (?:it|that)| does (?:it|that) cost| do you charge| are the fees?)?",
    r"is (?:it|that) free|is there a (?:fee|charge)",
    r"how long(?: (?:does|will) (?:it|that) take)?",
    r"what (?:do i need|should i bring|do i bring|documents|papers)(?: to bring| for (?:it|that)| do i need)?",
    r"where(?: do i (?:go|do (?:it|that)))?|how(?: do i do (?:it|that)| does (?:it|that) work)?",
    r"can i do (?:it|that|this) (?:online|by phone|on my phone|on the app)",
    r"do i (?:have|need) to come(?: in)?(?: myself| in person)?",
    r"can (?:somebody|someone) else do (?:it|that)(?: for me)?",
    r"why(?: is that| not)?|and then|then what|what next|what then",
)
NAMELESS = re.compile(
    r"^\W*(?:(?:那|那么|那麼|咁|请问|請問|哦|喔|嗯|好的?|这个|這個|它|呢個)\W*)*"
    rf"(?:{'|'.join(_ZH)})\W*[呢啊呀吧啦咧]?\W*$|"
    rf"^\W*(?:(?:and|so|ok|okay|then)\W*)*(?:{'|'.join(_EN)})\W*$",
    re.IGNORECASE,
)


def best_answer(turn: Turn, capability: str) -> Answer | None:
    """The answer a choice names; else the best retrieved one of this capability, else its general one."""
    return chosen(turn) or retrieved(turn, capability) or turn.edge.knowledge.overview(capability, _today(turn))


def chosen(turn: Turn) -> Answer | None:
    """The answer a choice names, if it holds today."""
    answer = turn.edge.knowledge.answers.get(turn.entity("answer") or "")
    return answer if answer is not None and answer.holds(_today(turn)) else None


def retrieved(turn: Turn, capability: str) -> Answer | None:
    """The answer the pipeline found, if it is of this capability and trusted."""
    found = _trusted(near(turn))
    return found if found is not None and found.capability == capability else None


def reply(turn: Turn, capability: str) -> Events:
    """Gives the answer the message wants; asks which, where several are about as near; else the general one.

    An answer may stand in another capability: who asks about a lost card may want to know what a new one costs.
    """
    found = near(turn)
    answer = chosen(turn) or _trusted(found)
    if answer is None and len(found) > 1:
        ask = [choice(turn.pick(a.title), a.capability, answer=a.id) for a, _ in found[:WHICH]]
        turn.say("utter_which", choices=[*ask, choice(turn.label("intent_human"), "human")])
        return [SlotSet("topic", found[0][0].id)]
    answer = answer or turn.edge.knowledge.overview(capability, _today(turn))
    if answer is None:
        turn.say("utter_answer_unsure", choices=[choice(turn.label("intent_human"), "human")])
        return []
    return give(turn, answer)


def follow_up(turn: Turn) -> Events:
    """A question that names nothing goes on with the last answer: "要带什么", "how long does it take"."""
    last = turn.edge.knowledge.answers.get(turn.slot("topic") or "")
    if (
        last is None
        or turn.is_choice
        or turn.form is not None
        or turn.entity("amount")
        or not NAMELESS.match(turn.text)
    ):
        return []
    asked = f"{turn.pick(last.title)} {turn.text}"
    hits = turn.edge.index.rank(asked, today=_today(turn), capabilities={last.capability: 1.0})
    answers = [turn.edge.knowledge.answers[hit.id] for hit in hits]
    return give(turn, next((answer for answer in answers if answer.capability == last.capability), last))


def near(turn: Turn) -> list[tuple[Answer, float]]:
    """What the pipeline found that is possible and holds today, best first, with how probable it is."""
    found = [(turn.edge.knowledge.answers.get(hit["id"]), hit["score"]) for hit in turn.faq]
    return [(a, score) for a, score in found if a is not None and a.holds(_today(turn)) and score >= POSSIBLE]


def _trusted(found: Sequence[tuple[Answer, float]]) -> Answer | None:
    if not found:
        return None
    (best, score), *others = found
    return best if score >= TRUSTED or score >= CLEARLY * max((s for _, s in others), default=0.0) else None


def give(turn: Turn, answer: Answer) -> Events:
    """Say an answer with its source; what to ask next and a number for it are choices."""
    steps = [f"{number}. {turn.pick(step)}" for number, step in enumerate(answer.steps, start=1)]
    turn.say(
        "utter_answer",
        answer="\n".join([turn.pick(answer.answer), *steps]),
        faq=answer.id,
        cards=[faq_card(answer, turn.locale)],
        choices=_choices(turn, answer),
    )
    topic = SlotSet("topic", answer.id)
    return (
        [topic, offer(TAKE, service=answer.service, option="papers")]
        if answer.service in turn.edge.branch.services
        else [topic]
    )


def _choices(turn: Turn, answer: Answer) -> list[dict[str, str]]:
    offered = []
    for identity in answer.next:
        following = turn.edge.knowledge.answers[identity]
        if following.holds(_today(turn)):
            offered.append(choice(turn.pick(following.title), following.capability, answer=following.id))
    service = turn.edge.branch.services.get(answer.service or "")
    if service is not None:
        label = turn.label("take_number_for", service=turn.pick(service.label))
        # What to bring is in the answer: it is not asked again.
        offered.append(choice(label, "take_ticket", service=service.id, option="papers"))
    return offered


def _today(turn: Turn) -> Any:
    return turn.edge.branch.day(turn.now)
