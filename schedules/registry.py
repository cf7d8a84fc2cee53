"""Every job there is: a public function of any module here, called once for each occurrence."""

import inspect

from bot.scheduler.jobs import Job
from schedules import (
    birthdays,
    celebrations,
    fun_tank,
    home,
    nudges,
    one_on_ones,
    retention,
    rituals,
    shadowing,
    shoutouts,
    spikes,
    tickets,
    visits,
    webhooks,
)

MODULES = (
    birthdays, celebrations, fun_tank, home, nudges, one_on_ones, retention, rituals, shadowing, shoutouts, spikes,
    tickets, visits, webhooks,
)  # fmt: skip
JOBS = [
    Job(function)
    for module in MODULES
    for name, function in inspect.getmembers(module, inspect.iscoroutinefunction)
    if function.__module__ == module.__name__ and not name.startswith("_")
]
