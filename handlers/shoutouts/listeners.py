"""Shout-outs as people give them: by command, form and shortcut, by a plain message, by a reaction."""

from bot.listeners import Listeners
from bot.messages.shoutouts.names import FORM, KEEP, MAKE, MESSAGE, OFFERED, SEE, SHORTCUT, TOO, UNDO, USE
from handlers.shoutouts import command, form, heard, presses


def register(on: Listeners) -> None:
    on.command("/shoutout")(command.command)
    on.shortcut(SHORTCUT)(form.open_form)
    on.shortcut(MESSAGE)(form.open_for_message)
    on.view(FORM)(form.give)
    on.view(OFFERED)(form.keep)
    on.action(UNDO)(presses.undo)
    on.action(USE)(presses.use_value)
    on.action(TOO)(presses.thank_too)
    on.action(KEEP)(presses.keep)
    on.action(SEE)(form.open_for_nudge)
    on.action(MAKE)(form.open_for_nudge)
    on.event("message")(heard.hear)
    on.event("reaction_added")(heard.react)
    on.event("reaction_removed")(heard.react)
