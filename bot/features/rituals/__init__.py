"""Rituals: what a team celebrates again and again, hosted by its people in turn.

`catalogue` reads the files in `recipes/`, `when` says their times in plain words, `keeping` is what a team chose,
`occasions` each time that one comes, `hosting` whose turn it is, `coffee` and `pairing` who has coffee with whom,
`answering` questions with answers; `packs` are switched together, and `foretelling` tells leaders of them ahead.
"""

from bot.features.rituals.answering import Count, Outcome, answer, answers, choices, outcome, reveal, reveal_at
from bot.features.rituals.catalogue import MOST_ANSWERS, Prompt, Recipe, catalogue, load
from bot.features.rituals.coffee import groups, pair, say_whether_met
from bot.features.rituals.foretelling import AHEAD, coming, foretell, foretold
from bot.features.rituals.hosting import WHOM, able, appoint, is_there, must_host, skip, swap, was_asked
from bot.features.rituals.keeping import (
    DAY,
    NAME,
    PROMPTS,
    WORDS,
    Draft,
    begin,
    of_team,
    one,
    pause,
    prune,
    remove,
    resume,
    turn_off,
    turn_on,
    write,
)
from bot.features.rituals.occasions import (
    ahead,
    call_off,
    day_of,
    known,
    moment,
    next_of,
    next_prompt,
    plan,
    planned,
    take_part,
    took_part,
)
from bot.features.rituals.occasions import one as occasion
from bot.features.rituals.packs import Pack, Plan, from_day, pack, packs, start, started, week
from bot.features.rituals.settings import Coffee, Hosting, Lean, Own, Way, lean
from bot.features.rituals.tables import Answer, Occasion, Part, Ritual, State, Together, Turn
from bot.features.rituals.when import (
    AT,
    OFTEN,
    WEEKDAY,
    Often,
    When,
    must_suit,
    next_day,
    read,
    rule,
    span,
    week_of,
    words,
)

__all__ = [
    "AHEAD", "AT", "DAY", "MOST_ANSWERS", "NAME", "OFTEN", "PROMPTS", "WEEKDAY", "WHOM", "WORDS", "Answer", "Coffee",
    "Count", "Draft", "Hosting", "Lean", "Occasion", "Often", "Outcome", "Own", "Pack", "Part", "Plan", "Prompt",
    "Recipe", "Ritual", "State", "Together", "Turn", "Way", "When", "able", "ahead", "answer", "answers", "appoint",
    "begin", "call_off", "catalogue", "choices", "coming", "day_of", "foretell", "foretold", "from_day", "groups",
    "is_there", "known", "lean", "load", "moment", "must_host", "must_suit", "next_day", "next_of", "next_prompt",
    "occasion", "of_team", "one", "outcome", "pack", "packs", "pair", "pause", "plan", "planned", "prune", "read",
    "remove", "resume", "reveal", "reveal_at", "rule", "say_whether_met", "skip", "span", "start", "started", "swap",
    "take_part", "took_part", "turn_off", "turn_on", "was_asked", "week", "week_of", "words", "write",
]  # fmt: skip
