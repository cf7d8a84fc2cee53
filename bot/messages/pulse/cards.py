"""Messages of the pulse: the question to each agent, the results, and the leaders' answer to the comments."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from slackblocks import (
    ActionsBlock,
    AxisConfig,
    Block,
    Button,
    DataPoint,
    DataSeries,
    DataVisualizationBlock,
    Element,
    LineChart,
    SectionBlock,
)

from bot.features.pulse.models import PulseRound
from bot.features.pulse.rules import FEWEST_ANSWERS, Level
from bot.messages.pulse import forms
from bot.messages.times import when
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import comma_joined, count_noun, escape, mention, shortened
from bot.slack.post import Post, context

HEIGHTS = {Level.LOW: 1, Level.MIXED: 2, Level.HIGH: 3}
LONGEST_SERIES = 20
LONGEST_BLOCK = 3000
HOW = (
    "*High:* more than half chose 4 or 5. *Low:* more than half chose 1 or 2. *Mixed:* anything else. Nobody in Slack "
    "can see who said what."
)
NOT_ENOUGH = (
    f"Not enough answers to show: it takes at least {FEWEST_ANSWERS}. I've deleted them, and the next round starts "
    "fresh."
)
DISCARDED = (
    "Sorry, I couldn't close this pulse on time, so I've deleted all its answers unread. The next round starts fresh."
)


def question(found: PulseRound, team: Team, card: str, reader: Person) -> Post:
    """Build the card that asks an agent. A reminder is the same card, posted again."""
    text = (
        f"*Pulse for <#{team.channel_id}>:* rate {len(found.statements)} statements about your work. It takes a "
        f"minute, and you can answer until {when(found.closes_at, reader)}. Nobody in Slack can see who said what."
    )
    blocks: list[Block] = [
        SectionBlock(text, block_id="pulse"),
        ActionsBlock(
            [Button("Answer", action_id=forms.ANSWER, value=str(found.id), style="primary")], block_id="answers"
        ),
    ]
    return Post(text, blocks, card=card)


def results(found: PulseRound, trend: Sequence[PulseRound], team: Team) -> Post:
    """Build the results for the team's channel. `trend` has the rounds to compare, oldest first, `found` included."""
    if not found.levels:
        return _plain(f"{_title(found, team)} {NOT_ENOUGH}", result_card(found))
    text, blocks = _told(found, trend, team)
    return Post(text, blocks, card=result_card(found))


def leaders_results(found: PulseRound, trend: Sequence[PulseRound], team: Team, leader_id: str, comments: int) -> Post:
    """Build the results for a leader, with buttons to read and to answer the comments."""
    card = leader_card(found, leader_id)
    if not found.levels:
        return _plain(f"{_title(found, team)} {NOT_ENOUGH}", card)
    text, blocks = _told(found, trend, team)
    if comments:
        text = f"{text}\n{count_noun(comments, 'comment')} to read."
        buttons: list[Element] = [
            Button(f"Read {count_noun(comments, 'comment')}", action_id=forms.READ, value=str(found.id))
        ]
        if not found.is_replied:
            buttons.append(Button("Answer in the channel", action_id=forms.REPLY, value=str(found.id), style="primary"))
        blocks.append(ActionsBlock(buttons, block_id="comments"))
    return Post(text, blocks, card=card)


def discarded(found: PulseRound) -> Post:
    return _plain(DISCARDED, result_card(found))


def result_card(found: PulseRound) -> str:
    return f"pulse:{found.id}"


def leader_card(found: PulseRound, leader_id: str) -> str:
    return f"pulse:{found.id}:{leader_id}"


def reply(found: PulseRound, team: Team, leader_id: str, words: str, quotes: Sequence[str]) -> Post:
    """Build a leader's answer to all comments of a round."""
    told, said = f"{mention(leader_id)} on the comments in {_opened(found, team):%B}'s pulse:", escape(words)
    blocks: list[Block] = [
        SectionBlock(told, block_id="told"),
        *(SectionBlock(f">{forms.shown(each)}", block_id=f"quote_{nth}") for nth, each in enumerate(quotes)),
        SectionBlock(shortened(said, LONGEST_BLOCK), block_id="reply"),
    ]
    return Post(f"{told} {shortened(said, 200)}", blocks)


def _told(found: PulseRound, trend: Sequence[PulseRound], team: Team) -> tuple[str, list[Block]]:
    """Return the results as text and as blocks: a line for each statement, and a chart if there is a trend."""
    lines = [_line(number, found, trend, team) for number in range(len(found.statements))]
    text = "\n".join([f"{_title(found, team)} {found.answered} of {found.asked} answered.", *lines])
    blocks: list[Block] = [SectionBlock(text, block_id="pulse")]
    if len(trend) > 1 and (common := _list_common(trend)):
        blocks.append(_chart(trend, common, team))
    return text, [*blocks, context(HOW, "how")]


def _title(found: PulseRound, team: Team) -> str:
    return f"*Pulse, {_opened(found, team):%B %Y}:*"


def _line(number: int, found: PulseRound, trend: Sequence[PulseRound], team: Team) -> str:
    """Return a statement with its level, and below it the levels of earlier rounds that rated the same statement."""
    said = found.statements[number]
    line = f"• *{found.levels[number].capitalize()}:* {escape(said)}"
    before = [each for each in trend[:-1] if said in each.statements]
    runs = groupby(before, lambda each: _find_level(each, said))
    told = [f"{level} in {comma_joined(f'{_opened(each, team):%B}' for each in run)}" for level, run in runs]
    return f"{line}\n    Before: {', '.join(told)}" if told else line


def _find_level(found: PulseRound, statement: str) -> str:
    return found.levels[found.statements.index(statement)]


def _list_common(trend: Sequence[PulseRound]) -> list[str]:
    """Return the statements that all rounds rated: none if a new release has reworded them."""
    return [said for said in trend[-1].statements if all(said in each.statements for each in trend)]


def _chart(trend: Sequence[PulseRound], common: Sequence[str], team: Team) -> DataVisualizationBlock:
    """Build a chart with a line for each statement that all rounds rated.

    Slack refuses equal labels. Two rounds can open in one month if their settings were changed, so labels have the day.
    """
    days = [f"{(day := _opened(each, team)).day} {day:%b %Y}" for each in trend]
    series = [
        DataSeries(
            shortened(f"{nth}. {said}", LONGEST_SERIES),
            [DataPoint(day, HEIGHTS[Level(_find_level(each, said))]) for day, each in zip(days, trend, strict=True)],
        )
        for nth, said in enumerate(common, 1)
    ]
    return DataVisualizationBlock("Pulse: 1 is low, 2 mixed, 3 high", LineChart(series, AxisConfig(days)), "trend")


def _opened(found: PulseRound, team: Team) -> date:
    return found.opened_at.astimezone(ZoneInfo(team.zone)).date()


def _plain(text: str, card: str) -> Post:
    return Post(text, [SectionBlock(text, block_id="pulse")], card=card)
