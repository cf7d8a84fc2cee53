"""Shout-outs as people give them: by command, form and shortcut, by a plain message, by a reaction."""

from bot.listeners import Listeners
from bot.messages import shoutouts as messages
from handlers.shoutouts import command, form, heard, presses
from handlers.shoutouts.giving import GIVE_KEPT

__all__ = ["GIVE_KEPT", "register"]


def register(on: Listeners) -> None:
    on.command("/shoutout")(command.command)
    on.shortcut(messages.SHORTCUT)(form.open_form)
    on.shortcut(messages.MESSAGE)(form.open_for_message)
    on.view(messages.FORM)(form.give)
    on.view(messages.OFFERED)(form.keep)
    on.action(messages.UNDO)(presses.undo)
    on.action(messages.USE)(presses.use_value)
    on.action(messages.TOO)(presses.thank_too)
    on.action(messages.KEEP)(presses.keep)
    on.action(messages.SEE)(form.open_for_nudge)
    on.action(messages.MAKE)(form.open_for_nudge)
    on.event("message")(heard.hear)
    on.event("reaction_added")(heard.react)
    on.event("reaction_removed")(heard.react)
