"""Queue spikes: a queue is over its limit, leaders are asked to help, and their time there is kept.

`life` is the state machine, `hearing` what comes of a signal, `causes` what sources told before, `asking` who is asked
next, `stints` who is there, `queues` how a team's queues are now, `history` how they were.
"""

from bot.features.spikes.asking import (
    COOLDOWN,
    HELPS,
    PEACE,
    WAIT,
    Candidate,
    answer,
    ask,
    at_work_from,
    candidates,
    close,
    following,
    given_up,
    may_be_asked,
    one,
    only_in_peace,
    revive,
    update_size,
    waiting,
)
from bot.features.spikes.causes import is_held
from bot.features.spikes.finding import forget_told, must_call, must_help, open_ones, prune, spike_of
from bot.features.spikes.hearing import UNNAMED, Heard, News, hear, hear_all, latest, settle
from bot.features.spikes.history import (
    NOT_YOURS,
    History,
    Past,
    counted,
    minutes_there,
    must_see_history,
    past,
    peak_of,
    since,
    usual_peak,
)
from bot.features.spikes.life import CALM, FOLLOWING, GROWN, QUIET, Step, believed_at, has_grown, is_old_news, take
from bot.features.spikes.queues import Standing, known, standing
from bot.features.spikes.settings import Own, Ready, Settings
from bot.features.spikes.stints import (
    LONGEST,
    MINUTES,
    NOT_THERE,
    PATIENCE,
    SHORTEST,
    begin,
    current,
    end,
    extend,
    held,
    helping,
    must_be_on,
    of_spike,
)
from bot.features.spikes.tables import PERSON, Answer, Ask, Cause, Ended, Kind, Spike, State, Stint

__all__ = [
    "CALM", "COOLDOWN", "FOLLOWING", "GROWN", "HELPS", "LONGEST", "MINUTES", "NOT_THERE", "NOT_YOURS", "PATIENCE",
    "PEACE", "PERSON", "QUIET", "SHORTEST", "UNNAMED", "WAIT", "Answer", "Ask", "Candidate", "Cause", "Ended",
    "Heard", "History", "Kind", "News", "Own", "Past", "Ready", "Settings", "Spike", "Standing", "State", "Step",
    "Stint", "answer", "ask", "at_work_from", "begin", "believed_at", "candidates", "close", "counted", "current",
    "end", "extend", "following", "forget_told", "given_up", "has_grown", "hear", "hear_all", "held", "helping",
    "is_held", "is_old_news", "known", "latest", "may_be_asked", "minutes_there", "must_be_on", "must_call",
    "must_help", "must_see_history", "of_spike", "one", "only_in_peace", "open_ones", "past", "peak_of", "prune",
    "revive", "settle", "since", "spike_of", "standing", "take", "update_size", "usual_peak",
    "waiting",
]  # fmt: skip
