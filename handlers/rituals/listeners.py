"""Which function answers which button, form and event of rituals."""

from bot.features.rituals.catalogue import MOST_ANSWERS, catalogue
from bot.features.rituals.settings import LeanWay
from bot.messages.rituals.names import (
    ANSWER,
    BEGIN_FORM,
    CARE,
    CHANGE,
    FINE,
    MET,
    NEW,
    NOT_MET,
    OFF,
    ON,
    OWN_FORM,
    PACE,
    PACK_OFF,
    PACK_ON,
    PACK_PREVIEW,
    PAUSE,
    PAUSE_FORM,
    PREVIEW,
    REMOVE,
    RESUME,
    SKIP,
    START,
    START_FORM,
    SURE_FORM,
    SWAP,
    SWAP_FORM,
    WHEN_FORM,
)
from bot.slack.dispatcher import Dispatcher
from bot.workflows.rituals import packs
from handlers import nudges
from handlers.rituals import actions, events, views


def register(on: Dispatcher) -> None:
    catalogue()  # a file with a mistake in it is told of now, not on Friday
    on.action(OFF)(actions.turn_off)
    on.action(RESUME)(actions.resume)
    on.action(REMOVE)(actions.remove)
    on.action(PREVIEW)(actions.preview)
    on.action(PAUSE)(actions.open_pause)
    on.view(PAUSE_FORM)(views.pause)
    on.action(ON)(actions.open_when)
    on.action(CHANGE)(actions.open_change)
    on.action(NEW)(actions.open_new)
    on.view(OWN_FORM)(views.save_own_ritual)
    on.view(WHEN_FORM)(views.preview_dates)
    on.view(SURE_FORM)(views.save_times)
    on.action(PACK_PREVIEW)(actions.preview_pack)
    on.action(PACK_ON)(actions.switch_pack(packs.turn_pack_on))
    on.action(PACK_OFF)(actions.switch_pack(packs.turn_pack_off))
    on.action(START)(actions.open_start)
    on.action(FINE)(nudges.agree)
    on.view(START_FORM)(views.preview_pack_dates)
    on.view(BEGIN_FORM)(views.start_pack)
    on.action(SKIP)(actions.skip_turn)
    on.action(SWAP)(actions.open_swap)
    on.view(SWAP_FORM)(views.swap_turn)
    on.action(CARE)(actions.choose_lean(LeanWay.CARE))
    on.action(PACE)(actions.choose_lean(LeanWay.PACE))
    for nth in range(MOST_ANSWERS):
        on.action(f"{ANSWER}:{nth}")(actions.answer_quiz)
    on.action(MET)(actions.met)
    on.action(NOT_MET)(actions.not_met)
    on.event("message")(events.record_reply)
    on.event("reaction_added")(events.record_reaction)
