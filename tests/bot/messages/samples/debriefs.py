"""Samples of debriefs after a spike: open, answered and with nothing to report, for authors and leaders."""

from bot.features.debriefs import Debrief, Destination, Kind, Note, ReadableNote, State
from bot.messages import debriefs
from tests.bot.messages.samples.people import LONG, MAYA, NOW, TEAM, TOM, show


def debrief(state: State) -> Debrief:
    made = Debrief("T1", TEAM.id, 1, MAYA.id, NOW, state)
    made.id = 1
    return made


def note(kind: Kind, destination: Destination, number: int = 1) -> Note:
    made = Note("T1", TEAM.id, 1, "phones & chat", MAYA.id, kind, destination, b"", NOW)
    made.id = number
    return made


IDEA = note(Kind.IDEA, Destination.PRODUCT)
OPEN = ReadableNote(IDEA, "The refund button is hidden <again>.")
ANSWERED = ReadableNote(note(Kind.ROADBLOCK, Destination.HELP_PAGES, 2), LONG, "The page is rewritten.")

SAMPLES = [
    *(show(str(state), debriefs.ask, TEAM, debrief(state), "phones & chat") for state in State),
    show("", debriefs.answered, IDEA, "It moves in the next release.\nThanks for telling.", TOM.id, MAYA),
    *(show(str(count), debriefs.waiting, TEAM, count) for count in (0, 1, 3)),
    show("", debriefs.form, TEAM, debrief(State.ASKED)),
    show("told", debriefs.saved, is_told=True),
    show("nothing", debriefs.saved, is_told=False),
    show("none", debriefs.listed, [], MAYA, [TEAM.id]),
    show("the writer, who leads", debriefs.listed, [OPEN, ANSWERED], MAYA, [TEAM.id]),
    show("someone who leads another team", debriefs.listed, [OPEN], TOM, []),
    show("", debriefs.answer_form, OPEN, TOM),
    show("another's", debriefs.sent, OPEN, TOM.id),
    show("one's own", debriefs.sent, OPEN, MAYA.id),
]
