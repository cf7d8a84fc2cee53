"""Samples shared by all kinds of meetings: lists, invitations, and the form to suggest another time."""

from bot.meetings.models import Kind, Meeting, State
from bot.meetings.rules import Pair
from bot.messages import meetings
from bot.messages.shadowing import cards
from tests.bot.messages.samples.people import ANA, DAY, MAYA, NOW, TEAM, show

PAIR = Pair(TEAM, MAYA, ANA)
WHAT = {"what": "the visit"}


def meeting(kind: Kind, state: State = State.REQUESTED) -> Meeting:
    made = Meeting("T1", TEAM.id, kind, MAYA.id, ANA.id, 45, NOW + DAY, NOW, state)
    made.id = 1
    return made


ASKED = meeting(Kind.SHADOWING)
ONE_OF_EACH = [meeting(kind, state) for kind in (Kind.SHADOWING, Kind.VISIT)
               for state in (State.REQUESTED, State.COUNTERED, State.PLANNED)]  # fmt: skip

SAMPLES = [
    show("", meetings.side_by_side, cards.WORDS, PAIR, ASKED, MAYA, {}),
    show("", meetings.declined_answer, PAIR, ASKED, "All right."),
    show("", meetings.card, ASKED, ANA, "Anything.", (), "A note."),
    show("", meetings.named_card, "a name", "Anything."),
    show("", meetings.outcome_card, ASKED, MAYA, "What became of it?"),
    show("", meetings.reminder, ASKED, MAYA, "the visit begins at 10:00."),
    *(show(str(kind), meetings.awaiting_outcome, PAIR, meeting(kind, State.PLANNED), MAYA) for kind in Kind),
    show("", meetings.told_in_thread, MAYA, "@Ana moved your one-on-one."),
    *(show(str(state), meetings.file_comment, meeting(Kind.VISIT, state), MAYA, "Something happened.")
      for state in (State.REQUESTED, State.PLANNED, State.CANCELLED)),
    *(show(who, meetings.on_the_way, ONE_OF_EACH, reader, "a block")
      for who, reader in {"who asks": MAYA, "who is asked": ANA}.items()),
    show("nothing", meetings.on_the_way, [], ANA, "a block"),
    show("another said yes", meetings.comment, meeting(Kind.VISIT, State.PLANNED), ANA, MAYA, **WHAT),
    *(show(f"another time, {who}", meetings.comment, meeting(Kind.VISIT), ANA, reader, **WHAT)
      for who, reader in {"by the other": MAYA, "by oneself": ANA}.items()),
    show("they met sooner", meetings.comment, meeting(Kind.VISIT, State.MET), MAYA, ANA, **WHAT),
    show("called off", meetings.comment, meeting(Kind.VISIT, State.CANCELLED), ANA, MAYA, **WHAT),
    show("someone left", meetings.comment, meeting(Kind.VISIT, State.CANCELLED), None, MAYA, **WHAT),
    show("a no", meetings.comment, meeting(Kind.VISIT, State.DECLINED), None, MAYA, **WHAT),
    *(show(f"{kind}, {who}", meetings.ask_other_time, PAIR, meeting(kind), by)
      for kind in Kind for who, by in {"who asks": MAYA, "who is asked": ANA}.items()
      if (kind, by) != (Kind.ONE_ON_ONE, MAYA)),
]  # fmt: skip

NOT_SHOWN = {meetings.card_name: "the outbox's name of a card"}
