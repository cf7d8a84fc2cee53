"""Registration of the listeners of ideas: command, form, shortcut, buttons and votes."""

from bot.messages.ideas.cards import HIDE, SAME, UNDO
from bot.messages.ideas.forms import FORM
from bot.messages.ideas.lists import FILTER, MORE, NEW_IDEA
from bot.messages.ideas.offers import ACCEPT, REFUSE
from bot.slack.dispatcher import Dispatcher
from handlers.ideas import actions, commands, events, views

MESSAGE = "ideas:message"


def register(on: Dispatcher) -> None:
    on.command("/idea")(commands.command)
    on.shortcut(MESSAGE)(actions.save_message)
    on.view(FORM)(views.save)
    on.action(HIDE)(actions.hide_name)
    on.action(UNDO)(actions.undo)
    on.action(SAME)(actions.join)
    on.action(FILTER)(actions.turn_page)
    on.action(MORE)(actions.turn_page)
    on.action(NEW_IDEA)(actions.open_new)
    on.action(ACCEPT)(actions.accept_offer)
    on.action(REFUSE)(actions.refuse_offer)
    on.event("reaction_added")(events.record_reaction)
    on.event("reaction_removed")(events.record_reaction)
