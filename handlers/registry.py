"""Registry of handlers: one module of listeners per feature."""

from bot.slack.dispatcher import Dispatcher
from handlers import (
    absences,
    alert_rules,
    balance,
    birthdays,
    breaks,
    celebrations,
    channels,
    debriefs,
    erasures,
    followups,
    fun_tank,
    hand_ups,
    hard_contacts,
    heads_ups,
    home,
    installations,
    meetings,
    my_data,
    notices,
    nudges,
    one_on_ones,
    organizations,
    people,
    promises,
    pulse,
    roadblocks,
    settings,
    setup,
    shadowing,
    steward,
    suggestions,
    visits,
    voice,
)
from handlers.ideas import listeners as ideas
from handlers.rituals import listeners as rituals
from handlers.shoutouts import listeners as shoutouts
from handlers.spikes import listeners as spikes
from handlers.webhooks import listeners as webhooks

MODULES = (
    absences, balance, birthdays, breaks, celebrations, fun_tank, rituals, hand_ups, hard_contacts, heads_ups, home,
    installations, meetings, my_data, notices, nudges, one_on_ones, people, channels, ideas, promises, pulse,
    roadblocks, followups, spikes, alert_rules,
    webhooks, organizations, debriefs, settings, setup, shadowing, shoutouts, steward, erasures, visits, voice,
    suggestions,
)  # fmt: skip
"""The modules in the order in which they receive a message event.

`suggestions` comes last, because it checks whether another module has treated the message as thanks.
"""


def register(on: Dispatcher) -> None:
    for module in MODULES:
        module.register(on)
