"""Samples of debriefs after a spike: open, answered and with nothing to report."""

from bot.features.debriefs import Debrief, State
from bot.messages import debriefs
from tests.bot.messages.samples.people import MAYA, NOW, TEAM, show


def debrief(state: State) -> Debrief:
    made = Debrief("T1", TEAM.id, 1, MAYA.id, NOW, state)
    made.id = 1
    return made


SAMPLES = [
    *(show(str(state), debriefs.ask, TEAM, debrief(state), "phones & chat") for state in State),
    show("", debriefs.form, TEAM, debrief(State.ASKED)),
    show("told", debriefs.saved_view, is_told=True),
    show("nothing", debriefs.saved_view, is_told=False),
    show("", debriefs.retired_command_answer),
]
