"""Samples of change notices: the card, its end, the reminder, lists, questions, the answer, and all forms."""

from datetime import date
from typing import Any

from bot.db.models import Private
from bot.features.notices.models import Notice, NoticeQuestion, NoticeReceipt
from bot.messages.notices import cards, forms
from tests.bot.messages.samples.people import MAYA, NOW, TEAM, TODAY, show

CHANGE = "Refunds over 50 euros need a second pair of eyes"
DETAILS = "Two refunds were paid twice last week.\nAsk whoever sits next to you & note their name in the ticket."
FROM, UNTIL = date(2026, 11, 23), date(2026, 12, 7)


def notice(**values: Any) -> Notice:
    """Return a notice; keywords change what it says or how it stands."""
    found = Notice(
        "T1", TEAM.id, MAYA.id, CHANGE, DETAILS, "https://wiki.example/refunds", FROM, UNTIL, NOW, [TODAY.isoformat()]
    )
    found.id = 1
    for name, value in values.items():
        setattr(found, name, value)
    return found


def question(words: str) -> NoticeQuestion:
    return NoticeQuestion("T1", words[:9], 1, "UANA", Private(words))


FIRST, SHORT = notice(), notice(details="", link="")
SECOND = notice(
    id=2,
    change="Refunds over 100 euros need a second pair of eyes", asked_on=["2026-11-17", "2026-11-19"],
    before=[CHANGE, *DETAILS.splitlines()],
)  # fmt: skip
LONG = notice(details="&" * 3000)
ANSWERED = notice(answer="Vouchers too, from Monday.\nThe leader at work counts as the second pair of eyes.")
ENDED, WITHDRAWN = notice(ended_at=NOW), notice(ended_at=NOW, is_withdrawn=True)
MANY = [notice(id=number) for number in range(1, 19)]
ASKED = [question("What about vouchers?"), question("Who counts as a second pair of eyes & <when>?")]
RECEIPT = NoticeReceipt("T1", 1, "UANA", 1, is_clear=False, has_got_it=False)
RECEIPT.id = 7
FACTS = {
    "notice": 1, "edition": 1, "change": CHANGE, "link": "https://wiki.example/refunds", "starts_on": "2026-11-23",
    "is_changed": False, "is_replaced": False, "locale": "en-GB", "said": "2026-11-18T09:00:00", "has_ended": False,
}  # fmt: skip
GONE = {**FACTS, "change": "", "link": "", "starts_on": ""}

SAMPLES = [
    show("", cards.channel_card, FIRST, 0),
    show("read by 11", cards.channel_card, FIRST, 11),
    show("without details", cards.channel_card, SHORT, 1),
    show("a second edition", cards.channel_card, SECOND, 0),
    show("long", cards.channel_card, LONG, 3),
    show("answered", cards.channel_card, ANSWERED, 4),
    show("ended", cards.ended_card, ENDED),
    show("withdrawn", cards.ended_card, WITHDRAWN),
    show("", cards.read_item, 12, FACTS, TEAM),
    show("changed", cards.read_item, 12, {**FACTS, "is_changed": True, "link": ""}, TEAM),
    show("ended", cards.read_item, 12, {**FACTS, "has_ended": True}, TEAM),
    show("deleted", cards.read_item, 12, GONE, TEAM),
    show("of an earlier edition", cards.read_item, 12, {**FACTS, "is_replaced": True}, TEAM),
    show("none", cards.list_for_agent, TEAM, [], []),
    show("one unread", cards.list_for_agent, TEAM, [FIRST], [1]),
    show("read", cards.list_for_agent, TEAM, [FIRST, SECOND], []),
    show("", cards.list_for_leader, TEAM, [FIRST], {1: (0, 0)}),
    show("read and unclear", cards.list_for_leader, TEAM, [FIRST], {1: (11, 3)}),
    show("too few unclear to show", cards.list_for_leader, TEAM, [SHORT], {1: (1, 2)}),
    show("many", cards.list_for_leader, TEAM, MANY, {each.id: (0, 0) for each in MANY}),
    show("", cards.questions_note, FIRST, ASKED, 2),
    show("one, with three who find it unclear", cards.questions_note, FIRST, ASKED[:1], 3),
    show("", cards.quote_questions, ASKED),
    show("", cards.thread_answer, ANSWERED, MAYA.id),
    show("", cards.answer_for_person, ANSWERED, RECEIPT, TEAM),
    show("", cards.answer_read, ANSWERED, RECEIPT),
    show("", cards.withdrawn, WITHDRAWN),
    show("empty", forms.new_form, TEAM, "", TODAY),
    show("with words", forms.new_form, TEAM, CHANGE, TODAY),
    show("with many words", forms.new_form, TEAM, DETAILS * 3, TODAY),
    show("", forms.edit_form, FIRST, {}),
    show("", forms.question_form, FIRST, "1:1"),
    show("answered", forms.question_form, ANSWERED, "1:1"),
    show("with a question", forms.asked_view, is_question=True),
    show("without a question", forms.asked_view, is_question=False),
    show("", forms.answer_form, FIRST, ASKED),
    show("again", forms.answer_form, ANSWERED, ASKED),
    show("without questions", forms.answer_form, FIRST, []),
]
