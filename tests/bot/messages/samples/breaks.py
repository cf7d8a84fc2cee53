"""Samples of breaks: the agent's card in every state, the leaders' cards, and the notice to leaders."""

from datetime import timedelta

from bot.escalation.models import Ask, Kind
from bot.escalation.models import State as Answer
from bot.features.breaks.models import Break, State
from bot.messages import breaks
from bot.messages.breaks import View
from tests.bot.messages.samples.people import ANA, DINA, MAYA, NOW, TEAM, show

MINUTE = timedelta(minutes=1)


def asked(state: State = State.ASKING, *, later: int = 0, leader: bool = False) -> Break:
    made = Break("T1", TEAM.id, ANA.id, 15, NOW, state)
    made.id, made.leader_id = 1, MAYA.id if leader else None
    made.starts_at = NOW + later * MINUTE if state == State.AGREED else None
    return made


def ask(state: Answer) -> Ask:
    made = Ask("T1", TEAM.id, Kind.BREAK, 1, MAYA.id, NOW, None, state)
    made.id = 1
    return made


SAMPLES = [
    show("nobody asked yet", breaks.card, View(asked(), ANA, now=NOW)),
    show("asking", breaks.card, View(asked(), ANA, now=NOW, until=NOW + 5 * MINUTE)),
    show("no leader has answered", breaks.card, View(asked(State.UNANSWERED), ANA, now=NOW)),
    show("no leader is at work", breaks.card, View(asked(State.UNANSWERED), ANA, now=NOW, is_at_work=False)),
    show("agreed", breaks.card, View(asked(State.AGREED, leader=True), ANA, MAYA, NOW)),
    show("agreed, in ten minutes", breaks.card, View(asked(State.AGREED, later=10, leader=True), ANA, MAYA, NOW)),
    show("taken", breaks.card, View(asked(State.AGREED), ANA, now=NOW)),
    show("dropped", breaks.card, View(asked(State.DROPPED), ANA, now=NOW)),
    show("", breaks.ask, TEAM, asked(), ask(Answer.WAITING), MAYA),
    *(show(str(state), breaks.closed, asked(), ask(state)) for state in (
        Answer.DECLINED, Answer.ACCEPTED, Answer.EXPIRED, Answer.WITHDRAWN,
    )),
    show("now", breaks.break_notice, asked(State.AGREED), MAYA, is_later=False),
    show("in ten minutes, elsewhere", breaks.break_notice, asked(State.AGREED, later=10), DINA, is_later=True),
]  # fmt: skip
