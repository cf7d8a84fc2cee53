"""Which function answers which button, form and event of rituals."""

from bot.features.rituals.catalogue import MOST_ANSWERS, catalogue
from bot.features.rituals.settings import LeanWay
from bot.messages.rituals import forms, names, packs
from bot.slack.dispatcher import Dispatcher
from bot.workflows.rituals import changes
from handlers import nudges
from handlers.rituals import actions, events, views
from handlers.rituals.actions import change, open_form
from handlers.rituals.lookups import find_own_ritual, find_pack, find_ritual


def register(on: Dispatcher) -> None:
    catalogue()  # a file with a mistake in it is told of now, not on Friday
    on.action(names.OFF)(change(find_ritual, changes.turn_off))
    on.action(names.RESUME)(change(find_ritual, changes.resume))
    on.action(names.REMOVE)(change(find_ritual, changes.remove_own_ritual))
    on.action(names.PREVIEW)(actions.preview)
    on.action(names.PAUSE)(open_form(find_ritual, forms.pause_form))
    on.view(names.PAUSE_FORM)(views.pause)
    on.action(names.ON)(open_form(find_ritual, lambda team, ritual, now: forms.when_form(team, ritual)))
    on.action(names.CHANGE)(open_form(find_ritual, actions.change_form))
    on.action(names.NEW)(open_form(find_own_ritual, lambda team, known, now: forms.own_form(team, known)))
    on.view(names.OWN_FORM)(views.save_own_ritual)
    on.view(names.WHEN_FORM)(views.preview_dates)
    on.view(names.SURE_FORM)(views.save_times)
    on.action(names.PACK_PREVIEW)(actions.preview_pack)
    on.action(names.PACK_ON)(change(find_pack, changes.turn_pack_on))
    on.action(names.PACK_OFF)(change(find_pack, changes.turn_pack_off))
    on.action(names.START)(open_form(find_pack, packs.start_form))
    on.action(names.FINE)(nudges.agree)
    on.view(names.START_FORM)(views.preview_pack_dates)
    on.view(names.BEGIN_FORM)(views.start_pack)
    on.action(names.SKIP)(actions.skip_turn)
    on.action(names.SWAP)(actions.open_swap)
    on.view(names.SWAP_FORM)(views.swap_turn)
    on.action(names.CARE)(actions.choose_lean(LeanWay.CARE))
    on.action(names.PACE)(actions.choose_lean(LeanWay.PACE))
    for nth in range(MOST_ANSWERS):
        on.action(f"{names.ANSWER}:{nth}")(actions.answer_quiz)
    on.action(names.MET)(actions.record_whether_met(has_met=True))
    on.action(names.NOT_MET)(actions.record_whether_met(has_met=False))
    on.event("message")(events.record_reply)
    on.event("reaction_added")(events.record_reaction)
