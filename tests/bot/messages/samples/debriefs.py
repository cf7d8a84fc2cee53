"""Debriefs after a spike: asked, told and nothing, the writer's view and the leaders'."""

from bot.features.debriefs.models import Debrief, Destination, Kind, Note, State
from bot.features.debriefs.queries import ReadableNote
from bot.messages.debriefs import cards, forms
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
    *(show(str(state), cards.ask, TEAM, debrief(state), "phones & chat") for state in State),
    show("", cards.answered, IDEA, "It moves in the next release.\nThanks for telling.", TOM.id, MAYA),
    *(show(str(count), cards.waiting, TEAM, count) for count in (0, 1, 3)),
    show("", forms.form, TEAM, debrief(State.ASKED)),
    show("told", forms.saved, is_told=True),
    show("nothing", forms.saved, is_told=False),
    show("none", forms.listed, [], MAYA, [TEAM.id]),
    show("the writer, who leads", forms.listed, [OPEN, ANSWERED], MAYA, [TEAM.id]),
    show("somebody who leads another team", forms.listed, [OPEN], TOM, []),
    show("", forms.answer_form, OPEN, TOM),
    show("another's", forms.sent, OPEN, TOM.id),
    show("one's own", forms.sent, OPEN, MAYA.id),
]
