"""What leaders do about follow-ups of their own accord: they look through the lists now and then."""

from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from benchmarks.simulate import behaviour
from benchmarks.simulate.followups import LISTED, OWN_CARDS, REPLIES, STEP, TAKES, pressed
from benchmarks.simulate.harness import CHANNEL
from benchmarks.simulate.personas import ONE_DAY, Human, random_for

if TYPE_CHECKING:
    from benchmarks.simulate.year import Year

LOOKS = 0.2
"""Probability per working day that a leader thinks of looking through one of the lists: about once a week each."""
LISTS = ("roadblock", "idea", "promise")
MOST_ANSWERED = 3
FIRST_ANSWERS = {"roadblock": TAKES, "idea": REPLIES}
"""Probabilities of a leader's steps with what nobody has taken yet."""


class Unasked:
    def __init__(self, year: "Year") -> None:
        self.year = year

    def begin(self) -> None:
        for human in self.year.people.values():
            for number in range((self.year.last - self.year.first).days + 1) if human.mood else ():
                day = self.year.first + number * ONE_DAY
                for word in LISTS if human.works_on(day) else ():
                    rolls = random_for(self.year.seed, "looks", word, human.name, day)
                    if rolls.random() < LOOKS:
                        at = human.at(day, human.start) + timedelta(minutes=rolls.randrange(20, 460))
                        self.year.plan(at, partial(self._look, human, word))

    async def _look(self, human: Human, word: str) -> None:
        """Open a list, and take the next step with a few entries, on a day on which a leader acts unasked."""
        year = self.year
        if not year.model or not human.is_here(year.now):
            return
        if not behaviour.acts_unasked(year.model, year.seed, human, year.now):
            return
        await year.drivers.type(human, f"/{word}", "")
        asked = {"channel": CHANNEL, "as": human.name, "limit": 1}
        (note,) = (await year.world.slack.look("messages", **asked))["messages"]
        rows = [row for _, row in pairwise(note.get("blocks", [])) if row["block_id"].startswith(LISTED)]
        rolls = random_for(year.seed, "looks at", word, human.name, human.shift_day(year.now))
        for row in rolls.sample(rows, min(MOST_ANSWERED, len(rows))):
            buttons = {
                each["action_id"].removeprefix(STEP): pressed(each) for each in row["elements"] if "value" in each
            }
            answers = FIRST_ANSWERS.get(word) if "take" in buttons else None
            steps = answers or next((way for step, way in OWN_CARDS.items() if step in buttons), {})
            await year.followups.choose(human, note["ts"], buttons, steps, row["block_id"], CHANNEL)
