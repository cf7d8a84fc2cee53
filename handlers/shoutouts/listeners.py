"""Registration of the listeners of shout-outs: command, form, shortcut, channel messages and reactions."""

from bot.messages.shoutouts.cards import FORM, KEEP, MAKE, MESSAGE, OFFERED, SEE, SHORTCUT, THANK_PERSON, TOO, UNDO, USE
from bot.slack.dispatcher import Dispatcher
from handlers.shoutouts import actions, commands, events, views


def register(on: Dispatcher) -> None:
    on.command("/shoutout")(commands.command)
    on.shortcut(SHORTCUT)(views.open_form)
    on.shortcut(MESSAGE)(views.open_for_message)
    on.view(FORM)(views.give)
    on.view(OFFERED)(views.postpone)
    on.action(UNDO)(actions.undo)
    on.action(USE)(actions.correct_value)
    on.action(TOO)(actions.thank_too)
    on.action(KEEP)(actions.postpone)
    on.action(SEE)(views.open_for_nudge)
    on.action(THANK_PERSON)(views.open_for_person)
    on.action(MAKE)(views.open_for_nudge)
    on.event("message")(events.record_message)
    on.event("reaction_added")(events.record_reaction)
    on.event("reaction_removed")(events.record_reaction)
