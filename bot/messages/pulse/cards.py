"""Messages of the pulse: the question to each agent, the results, and the leaders' answer to the comments."""

from collections.abc import Sequence
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
from bot.features.pulse.rules import Level
from bot.messages.pulse import forms
from bot.messages.pulse.forms import ANSWER, READ, REPLY
from bot.messages.times import when
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import comma_joined, count_noun, escape, mention, shortened
from bot.slack.post import Post, context

HEIGHTS = {Level.LOW: 1, Level.MIXED: 2, Level.HIGH: 3}
LONGEST_SERIES = 20
LONGEST_BLOCK = 3000
NOT_ENOUGH = "This month's pulse got too few answers to show, so they're deleted. The next round starts from zero."
HOW = (
    "High: more than half said 4 or 5. Low: more than half said 1 or 2. Anything else is mixed. Nobody can see who "
    "said what."
)
DISCARDED = (
    "This month's pulse couldn't close on time, so I deleted all answers without reading them. I'm sorry. The next "
    "round comes next month."
)


def question(found: PulseRound, team: Team, card: str, reader: Person) -> Post:
    """Build the card that asks an agent. A reminder is the same card, posted again."""
    count = len(found.statements)
    text = (
        f"How well are you equipped in #{escape(team.name)}? Rate {count} statements, in about a minute. It's open "
        f"until {when(found.closes_at, reader)}, and nobody in Slack can tell who said what."
    )
    blocks: list[Block] = [
        SectionBlock(text, block_id="pulse"),
        ActionsBlock([Button("Answer", action_id=ANSWER, value=str(found.id), style="primary")], block_id="answers"),
    ]
    return Post(text, blocks, card=card)


def results(found: PulseRound, trend: Sequence[PulseRound], team: Team) -> Post:
    """Build the results for the team's channel. `trend` has the rounds to compare, oldest first, `found` included."""
    if not found.levels:
        return _plain(NOT_ENOUGH, result_card(found))
    text, blocks = _told(found, trend, team)
    return Post(text, blocks, card=result_card(found))


def leaders_results(found: PulseRound, trend: Sequence[PulseRound], team: Team, leader_id: str, comments: int) -> Post:
    """Build the results for a leader, with buttons to read and to answer the comments."""
    card = leader_card(found, leader_id)
    if not found.levels:
        return _plain(NOT_ENOUGH, card)
    text, blocks = _told(found, trend, team)
    if comments:
        text = f"{text}\n{count_noun(comments, 'comment')} to read."
        buttons: list[Element] = [
            Button(f"Read {count_noun(comments, 'comment')}", action_id=READ, value=str(found.id))
        ]
        if not found.is_replied:
            buttons.append(Button("Answer in the channel", action_id=REPLY, value=str(found.id), style="primary"))
        blocks.append(ActionsBlock(buttons, block_id="comments"))
    return Post(text, blocks, card=card)


def discarded(found: PulseRound) -> Post:
    return _plain(DISCARDED, result_card(found))


def result_card(found: PulseRound) -> str:
    return f"pulse:{found.id}"


def leader_card(found: PulseRound, leader_id: str) -> str:
    return f"pulse:{found.id}:{leader_id}"


def reply(team: Team, leader_id: str, words: str, quotes: Sequence[str]) -> Post:
    """Build a leader's answer to all comments of a round."""
    told, said = f"{mention(leader_id)} on the comments of the last pulse:", escape(words)
    blocks: list[Block] = [
        SectionBlock(told, block_id="told"),
        *(SectionBlock(f">{forms.shown(each)}", block_id=f"quote_{nth}") for nth, each in enumerate(quotes)),
        SectionBlock(shortened(said, LONGEST_BLOCK), block_id="reply"),
    ]
    return Post(f"{told} {shortened(said, 300)}", blocks)


def _told(found: PulseRound, trend: Sequence[PulseRound], team: Team) -> tuple[str, list[Block]]:
    """Return the results as text and as blocks: a line for each statement, and a chart if there is a trend."""
    lines = [f"• {escape(said)} {_levels(number, found, trend, team)}" for number, said in enumerate(found.statements)]
    head = f"*Pulse, {_month(found, team, '%B %Y')}:* {found.answered} of {found.asked} answered."
    text = "\n".join([head, *lines])
    blocks: list[Block] = [SectionBlock(text, block_id="pulse")]
    if len(trend) > 1 and (common := _list_common(trend)):
        blocks.append(_chart(trend, common, team))
    return text, [*blocks, context(HOW, "how")]


def _levels(number: int, found: PulseRound, trend: Sequence[PulseRound], team: Team) -> str:
    """Return a statement's level, and after it those of the rounds before that rated the same statement."""
    told = f"*{found.levels[number]}*"
    before = [
        f"{_find_level(each, found.statements[number])} in {_month(each, team, '%B')}"
        for each in trend[:-1]
        if _find_level(each, found.statements[number])
    ]
    return f"{told} (before: {comma_joined(before)})" if before else told


def _find_level(found: PulseRound, statement: str) -> str:
    return found.levels[found.statements.index(statement)] if statement in found.statements else ""


def _list_common(trend: Sequence[PulseRound]) -> list[str]:
    """Return the statements that all rounds rated: none if a new release has reworded them."""
    return [said for said in trend[-1].statements if all(said in each.statements for each in trend)]


def _chart(trend: Sequence[PulseRound], common: Sequence[str], team: Team) -> DataVisualizationBlock:
    """Build a chart with a line for each statement that all rounds rated.

    Slack refuses equal labels. Two rounds can open in one month if their settings were changed, so labels have the day.
    """
    days = [_month(each, team, "%d %b %Y") for each in trend]
    series = [
        DataSeries(
            shortened(f"{nth}. {said}", LONGEST_SERIES),
            [DataPoint(day, HEIGHTS[Level(_find_level(each, said))]) for day, each in zip(days, trend, strict=True)],
        )
        for nth, said in enumerate(common, 1)
    ]
    return DataVisualizationBlock("Pulse: 1 low, 2 mixed, 3 high", LineChart(series, AxisConfig(days)), "trend")


def _month(found: PulseRound, team: Team, pattern: str) -> str:
    return f"{found.opened_at.astimezone(ZoneInfo(team.zone)):{pattern}}"


def _plain(text: str, card: str) -> Post:
    return Post(text, [SectionBlock(text, block_id="pulse")], card=card)
