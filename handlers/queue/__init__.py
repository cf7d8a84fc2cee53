"""`/queue`: spikes as people call, answer and end them, and which messages are alerts."""

from bot.features.spikes import Answer
from bot.listeners import Listeners
from bot.messages import debriefs as notes
from bot.messages import spikes as messages
from handlers.queue import asked, command, debrief, heard, history, hooks, overview, rules, stints


def register(on: Listeners) -> None:
    on.command("/queue")(command.command)

    for action in messages.JOIN.values():
        on.action(action)(asked.presses(Answer.JOINED))
    on.action(messages.SHADOW)(asked.presses(Answer.SHADOWING))
    on.action(messages.CLEAR)(asked.presses(Answer.CLEARING))
    on.action(messages.CANNOT)(asked.presses(Answer.DECLINED))

    for action in messages.LONGER.values():
        on.action(action)(stints.longer)
    on.action(messages.DONE)(stints.done)

    on.event("message")(heard.hear)
    rules.register(on)
    hooks.register(on)
    on.action(messages.COME)(overview.come)
    on.action(messages.IS_CALM)(overview.calm)
    on.action(messages.CSV)(history.send)

    on.action(notes.TELL)(debrief.open_form)
    on.action(notes.NOTHING)(debrief.nothing)
    on.view(notes.FORM)(debrief.keep)
    on.action(notes.READ)(debrief.read)
    on.action(notes.ANSWER)(debrief.open_answer)
    on.view(notes.ANSWER_FORM)(debrief.answer)
