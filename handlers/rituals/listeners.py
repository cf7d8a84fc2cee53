"""Registration of the listeners of rituals: buttons, forms and events."""

from bot.features.rituals.catalog import MOST_ANSWERS, load_catalog
from bot.features.rituals.settings import LeanWay
from bot.messages.rituals import cards, forms, packs
from bot.slack.dispatcher import Dispatcher
from bot.workflows.rituals import changes
from handlers import nudges
from handlers.rituals import actions, events, views
from handlers.rituals.actions import change_listener, form_listener
from handlers.rituals.lookups import find_own_ritual, find_pack, find_ritual


def register(on: Dispatcher) -> None:
    load_catalog()  # fail at startup if a file of the ritual catalog is invalid
    on.action(cards.OFF)(change_listener(find_ritual, changes.turn_off))
    on.action(cards.RESUME)(change_listener(find_ritual, changes.resume))
    on.action(cards.REMOVE)(change_listener(find_ritual, changes.remove_own_ritual))
    on.action(cards.PREVIEW)(actions.preview)
    on.action(cards.PAUSE)(form_listener(find_ritual, forms.pause_form))
    on.view(cards.PAUSE_FORM)(views.pause)
    on.action(cards.ON)(form_listener(find_ritual, lambda team, ritual, now: forms.when_form(team, ritual)))
    on.action(cards.CHANGE)(form_listener(find_ritual, actions.change_form))
    on.action(cards.NEW)(form_listener(find_own_ritual, lambda team, known, now: forms.own_form(team, known)))
    on.view(cards.OWN_FORM)(views.save_own_ritual)
    on.view(cards.WHEN_FORM)(views.preview_dates)
    on.view(cards.SURE_FORM)(views.save_times)
    on.action(cards.PACK_PREVIEW)(actions.preview_pack)
    on.action(cards.PACK_ON)(change_listener(find_pack, changes.turn_pack_on))
    on.action(cards.PACK_OFF)(change_listener(find_pack, changes.turn_pack_off))
    on.action(cards.START)(form_listener(find_pack, packs.start_form))
    on.action(cards.FINE)(nudges.agree)
    on.view(cards.START_FORM)(views.preview_pack_dates)
    on.view(cards.BEGIN_FORM)(views.start_pack)
    on.action(cards.SKIP)(actions.skip_turn)
    on.action(cards.SWAP)(actions.open_swap)
    on.view(cards.SWAP_FORM)(views.swap_turn)
    on.action(cards.CARE)(actions.choose_lean(LeanWay.CARE))
    on.action(cards.PACE)(actions.choose_lean(LeanWay.PACE))
    for nth in range(MOST_ANSWERS):
        on.action(f"{cards.ANSWER}:{nth}")(actions.answer_quiz)
    on.action(cards.MET)(actions.record_whether_met(has_met=True))
    on.action(cards.NOT_MET)(actions.record_whether_met(has_met=False))
    on.event("message")(events.record_reply)
    on.event("reaction_added")(events.record_reaction)
