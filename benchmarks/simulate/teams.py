"""Simulated teams, drawn from a seed: 3 to 25 people with one to four leaders, in zones and shifts, who come and go."""

import random
from collections.abc import Iterator
from datetime import time, timedelta

from benchmarks.simulate.personas import KOLKATA, LISBON, LONDON, NEW_YORK, WEEK, Human, random_for

NAMES = (
    "lena", "hugo", "nora", "ivo", "sara", "adam", "bea", "carl", "duda", "emil", "kate", "jack", "rosa", "gita",
    "quin", "vera", "olga", "pia", "rui", "zoe", "yara", "omar", "nils", "mila", "leo", "kofi", "jana", "iris",
    "hana", "gus",
)  # fmt: skip
MOODS = ("answers all", "answers half", "answers half", "ignores most", "snoozes")
"""One leader in five ignores most, as in the team of a year."""
AGENTS_PER_LEADER = (2, 5.25)
LEADERS_ZONES, ZONES = (LISBON, LISBON, LONDON), (LISBON, LISBON, LISBON, LONDON, NEW_YORK, KOLKATA)
"""Where people in day shifts live; all others live in Lisbon, so that everybody shares some hours with the leaders."""
PART_TIME, LATE, EARLY, NIGHT_TEAM = 0.2, 0.08, 0.06, 0.1
"""Probabilities that somebody works three or four days a week, in a shift into the night or from the night on, and that
a whole team works at night."""
SHIFTS = {
    "day": (time(9), time(17), (time(22), time(8))),
    "late": (time(16), time(0), (time(1), time(10))),
    "early": (time(2), time(10), (time(18), time(1))),
    "night": (time(22), time(6), (time(8), time(16))),
}
"""When each shift starts and ends, and when its people are in Do Not Disturb.

All but the night shift share an hour with the day, in which a leader and an agent can meet."""
DECLINES = 0.12
"""Probability that an agent does not want to be shadowed."""
SHARES_HOURS = 2 / 3
"""Probability that a leader lets the bot count in which hours they answer."""
LEADER_CHANGES, AGENT_LEAVES, AGENT_JOINS = 0.4, 0.4, 0.4
"""Probabilities that a team gets another leader, loses an agent, and gets a new one."""
CHANGES = (6, 20)
"""The first and the last week in which somebody comes or goes."""


def team(seed: int) -> list[Human]:
    """Return the people of a team: its leaders, its agents, and those who join later."""
    rolls = random_for(seed, "team")
    leaders = 1 + (seed + rolls.randrange(2)) % 4
    agents = round(leaders * rolls.uniform(*AGENTS_PER_LEADER))
    is_nightly = rolls.random() < NIGHT_TEAM
    names = iter(rolls.sample(NAMES, len(NAMES)))
    moods = _moods(rolls)
    people = [_person(next(names), rolls, next(moods), is_nightly=is_nightly) for _ in range(leaders)]
    people += [_person(next(names), rolls, "", is_nightly=is_nightly) for _ in range(agents)]
    if rolls.random() < LEADER_CHANGES:
        week = timedelta(weeks=rolls.randint(*CHANGES))
        people[0].goes_after = week
        people.append(_person(next(names), rolls, next(moods), is_nightly=is_nightly))
        people[-1].comes_after = week - timedelta(hours=1)
    if agents > 2 and rolls.random() < AGENT_LEAVES:
        people[leaders].goes_after = timedelta(weeks=rolls.randint(*CHANGES))
    if leaders + agents < 25 and rolls.random() < AGENT_JOINS:
        people.append(_person(next(names), rolls, "", is_nightly=is_nightly))
        people[-1].comes_after = timedelta(weeks=rolls.randint(*CHANGES))
    for each in people:
        each.shares_hours = bool(each.mood) and random_for(seed, "shares hours", each.name).random() < SHARES_HOURS
    return people


def _moods(rolls: random.Random) -> Iterator[str]:
    """Yield leaders' moods in a random order, each as often as it is common."""
    while True:
        yield from rolls.sample(MOODS, len(MOODS))


def _person(name: str, rolls: random.Random, mood: str, *, is_nightly: bool) -> Human:
    shift, roll = "night" if is_nightly else "day", rolls.random()
    if not is_nightly and not mood:
        shift = "late" if roll < LATE else "early" if roll < LATE + EARLY else "day"
    zone = rolls.choice(LEADERS_ZONES if mood else ZONES)
    zone = zone if shift == "day" else LISBON
    days = WEEK if rolls.random() > PART_TIME else tuple(sorted(rolls.sample(WEEK, rolls.choice((3, 4)))))
    start, end, quiet = SHIFTS[shift]
    consents = bool(mood) or rolls.random() > DECLINES
    return Human(name, zone, mood, days, start, end, quiet, consents=consents)
