"""`/queue`: spikes as people call, answer and end them, and which messages are alerts."""

from bot.features.spikes.tables import Answer
from bot.listeners import Listeners
from bot.messages.debriefs.names import ANSWER, ANSWER_FORM, FORM, NOTHING, READ, TELL
from bot.messages.spikes.names import CANNOT, CLEAR, COME, CSV, DONE, IS_CALM, JOIN, LONGER, SHADOW
from handlers.queue import asked, command, debrief, heard, history, hooks, overview, rules, stints


def register(on: Listeners) -> None:
    on.command("/queue")(command.command)

    for action in JOIN.values():
        on.action(action)(asked.presses(Answer.JOINED))
    on.action(SHADOW)(asked.presses(Answer.SHADOWING))
    on.action(CLEAR)(asked.presses(Answer.CLEARING))
    on.action(CANNOT)(asked.presses(Answer.DECLINED))

    for action in LONGER.values():
        on.action(action)(stints.longer)
    on.action(DONE)(stints.done)

    on.event("message")(heard.hear)
    rules.register(on)
    hooks.register(on)
    on.action(COME)(overview.come)
    on.action(IS_CALM)(overview.calm)
    on.action(CSV)(history.send)

    on.action(TELL)(debrief.open_form)
    on.action(NOTHING)(debrief.nothing)
    on.view(FORM)(debrief.keep)
    on.action(READ)(debrief.read)
    on.action(ANSWER)(debrief.open_answer)
    on.view(ANSWER_FORM)(debrief.answer)
