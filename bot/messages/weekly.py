"""The leader's week: a message to the leader alone, and the answer to `/steward week`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil
from statistics import median

from slackblocks import AxisConfig, BarChart, Block, Button, DataPoint, DataSeries, DataVisualizationBlock, SectionBlock

from bot.features.balance.models import Part
from bot.features.balance.rules import Fortnight, OutOfRange
from bot.features.balance.settings import BalancePreferences
from bot.features.fun_tank.rules import FULL
from bot.features.hand_ups.queries import FEWEST_ANSWERED
from bot.features.shadowing.rules import Assignment
from bot.features.shadowing.settings import Settings as ShadowingSettings
from bot.features.shoutouts.settings import Settings as ShoutoutSettings
from bot.features.weekly.rules import Ahead, Report, Suggestion
from bot.followups.models import Kind
from bot.meetings.models import Series
from bot.messages.balance.overview import WITHIN_RANGES, time_by_area
from bot.messages.one_on_ones.names import PROPOSE
from bot.messages.shadowing.nudges import ask_buttons, suggestion_text
from bot.messages.shoutouts.cards import THANK_PERSON
from bot.messages.spikes.cards import HOURS_FROM, duration
from bot.messages.times import when
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import bar, comma_joined, count_noun, escape, first_mentions, mention, mentions, shortened
from bot.slack.post import Post, context
from bot.text.formats import on, short, wall

MOST_AHEAD, MOST_PLANNED = 5, 4
LONGEST_AHEAD = 100
PLAN = "plan"
"""The id of the block above the rows of what to plan."""
LESS = {
    Part.FRONTLINE: "Could you spend an hour in the queue or with an agent?",
    Part.PEOPLE: "Could you spend half an hour with one agent?",
    Part.STRATEGY: "Could you block 90 minutes for strategy?",
}
"""Suggestions for a kind of work that is below its range."""
MORE = {
    Part.FRONTLINE: "Could someone else take an hour in the queue?",
    Part.PEOPLE: "You've given people a lot of your time. Could one of your one-on-ones be shorter?",
    Part.STRATEGY: "Could you swap some strategy time for an hour with an agent?",
}
"""Suggestions for a kind of work that is above its range."""
MEET = "Could you find a time for a one-on-one early in the week? `/1on1` shows who's waiting longest."
THANK = "Who deserves a `/shoutout`?"
NOTHING = "Nothing to show yet. Your one-on-ones, shout-outs, answered hand-ups and logged time appear here."
CLOSED = {Kind.ROADBLOCK: "cleared", Kind.IDEA: "answered", Kind.PROMISE: "kept"}
ALONE = "Only you can see this."
TURN_OFF = f"{ALONE} Anything later counts towards next week. To turn this message off, use `/steward me`."


@dataclass(frozen=True)
class Plan:
    """What a leader could do with their people next week: the one-on-ones to book, whom to sit with, whom to thank."""

    due: Sequence[Series] = ()
    more_due: int = 0
    """How many others are due, which are not listed."""
    offered: Sequence[str] = ()
    """The agents to whom times for a one-on-one are offered next week, whatever the leader does."""
    sits: Sequence[tuple[Assignment, Team]] = ()
    unthanked: Sequence[str] = ()
    unthanked_in: Team | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.due or self.sits or self.unthanked)


NO_PLAN = Plan()


@dataclass(frozen=True)
class Account:
    """Everything that a leader is told about their week."""

    reader: Person
    report: Report
    fortnight: Fortnight
    tanks: Sequence[tuple[Team, int]]
    """The level of the fun tank of each of their teams."""
    suggestion: Suggestion | None
    outside: OutOfRange | None
    """The kind of work that is outside its range, if there is enough data."""
    low: Team | None
    """A team whose fun tank is low."""
    plan: Plan = NO_PLAN


def week_card(account: Account) -> Post:
    """Build the message at the close of a leader's week."""
    chart = [_chart(account)] if account.fortnight.has_enough_data else []
    return _post(account, f":calendar: *Your week up to {_until(account)}*", TURN_OFF, chart)


def week_so_far(account: Account) -> Post:
    """Build the answer to `/steward week`, without the suggestion for next week, as this one is not over.

    It has no chart, because some workspaces refuse it and show no answer.
    """
    title = f"*Your week, from {when(account.report.since, account.reader)} to {_until(account)}*"
    told = title if not account.report.is_empty else f"{title}\n{NOTHING}"
    return _post(replace(account, suggestion=None, plan=NO_PLAN), told, ALONE)


def _until(account: Account) -> str:
    return when(account.report.until, account.reader)


def _post(account: Account, title: str, note: str, chart: Sequence[Block] = ()) -> Post:
    parts = {
        "week": "\n".join([title, *(f"• {line}" for line in _done(account.report))]),
        "balance": _balance(account),
        "ahead": _ahead(account),
        "tank": "\n".join(_tank(team, level) for team, level in account.tanks),
        "suggestion": _suggestion(account),
    }
    told = {name: text for name, text in parts.items() if text}
    blocks: list[Block] = []
    for name, text in told.items():
        blocks += [SectionBlock(text, block_id=name), *(chart if name == "balance" else ())]
    planned = _plan(account)
    texts = [*told.values(), *(each.text.text for each in planned if each.text), note]
    return Post("\n".join(texts), [*blocks, *planned, context(note, "alone")])


def _plan(account: Account) -> list[SectionBlock]:
    """List what the leader could plan for the next week, each with the button that does it."""
    plan = account.plan
    blocks = [
        SectionBlock(
            f"• One-on-one with {mention(each.agent_id)}, {_due(each, account)}", block_id=f"due_{each.id}",
            accessory=Button("Propose times", action_id=PROPOSE, value=f"0:{each.id}"),
        )
        for each in plan.due
    ]  # fmt: skip
    if plan.more_due:
        are = "one-on-one is" if plan.more_due == 1 else "one-on-ones are"
        blocks.append(SectionBlock(f"• {plan.more_due} more {are} due: `/1on1`", block_id="more_due"))
    if plan.offered:
        them = first_mentions(plan.offered, MOST_PLANNED)
        told = f"• I'll offer {them} times for a one-on-one, and tell you what they pick. To book one now: `/1on1`"
        blocks.append(SectionBlock(told, block_id="offered"))
    for turn, team in plan.sits:
        agent, minutes = turn.agent.person, ShadowingSettings.of(team).minutes
        at = wall(account.reader.local(turn.at).replace(tzinfo=None))
        ask, _ = ask_buttons(0, agent.id, agent.name, int(turn.at.timestamp()))
        told = (
            f"• {suggestion_text(mention(agent.id), minutes)} *{at}* works for you both. I'll ask {agent.shown} first."
        )
        blocks.append(SectionBlock(told, block_id=f"sit_{agent.id}", accessory=ask))
    if plan.unthanked and plan.unthanked_in:
        team, whom = plan.unthanked_in, "them" if len(plan.unthanked) == 1 else "one of them"
        told = (
            f"• Nobody has thanked {mentions([*plan.unthanked], 'or')} in <#{team.channel_id}> in the last "
            f"{ShoutoutSettings.of(team).coverage} working days."
        )
        thank = Button(f"Thank {whom}", action_id=THANK_PERSON, value=plan.unthanked[0])
        blocks.append(SectionBlock(told, block_id="thank", accessory=thank))
    return [SectionBlock("*To plan for next week*", block_id=PLAN), *blocks] if blocks else []


def _due(series: Series, account: Account) -> str:
    if series.asked_at:
        return "who asked for one"
    if series.due_on <= account.reader.local(account.report.until).date():
        return "due now"
    return f"due by {short(series.due_on, account.reader.locale)}"


def _done(report: Report) -> list[str]:
    """Return a line for each kind of thing that the leader did, and none for what did not happen."""
    lines = [
        f"{_of_due(report)} held" if report.held else "",
        f"{count_noun(report.thanks, 'shout-out')} given" if report.thanks else "",
        _hand_ups(report.waits) if report.waits else "",
        *(
            f"{count_noun(report.closed[kind], kind)} {done}"
            for kind, done in CLOSED.items()
            if report.closed.get(kind)
        ),
    ]
    return [line for line in lines if line]


def _of_due(report: Report) -> str:
    due = count_noun(report.due, "one-on-one")
    return due if report.held == report.due else f"{report.held} of {due}"


def _hand_ups(waits: Sequence[timedelta]) -> str:
    """Say how fast hand-ups were answered, in minutes rounded up."""
    text = f"{count_noun(len(waits), 'hand-up')} answered"
    minutes = sorted(max(ceil(each / timedelta(minutes=1)), 1) for each in waits)
    if len(waits) >= FEWEST_ANSWERED:
        return f"{text}, usually within {duration(ceil(median(minutes)))}"
    *_, longest = minutes
    if len(minutes) > 1 and minutes[0] == longest:
        return f"{text}, each in {duration(longest)}"
    if longest >= HOURS_FROM:
        return f"{text}, in {comma_joined([duration(each) for each in minutes])}"
    return f"{text}, in {comma_joined([*map(str, minutes[:-1]), duration(longest)])}"


def _balance(account: Account) -> str:
    told = time_by_area(account.fortnight, BalancePreferences.of(account.reader).bands)
    is_good = account.fortnight.has_enough_data and account.outside is None
    return f"{told}\n{WITHIN_RANGES}" if is_good else told


def _chart(account: Account) -> DataVisualizationBlock:
    """Build a chart of the shares that the text above it names, next to the leader's own ranges."""
    bands = BalancePreferences.of(account.reader).bands
    bars: Mapping[str, Mapping[Part, int]] = {
        "Bottom of range": {part: band.low for part, band in bands.items()},
        "Your time": {part: account.fortnight.share(part) for part in bands},
        "Top of range": {part: band.high for part, band in bands.items()},
    }
    series = [
        DataSeries(name, [DataPoint(part.capitalize(), shares[part]) for part in bands])
        for name, shares in bars.items()
    ]
    axis = AxisConfig([part.capitalize() for part in bands])
    return DataVisualizationBlock("Your last 14 days, % of your time", BarChart(series, axis), block_id="shares")


def _ahead(account: Account) -> str:
    """List what ends from tomorrow until the end of the next week, soonest first."""
    report = account.report
    if not report.ahead:
        return ""
    lines = [_ending(each, account.reader) for each in report.ahead[:MOST_AHEAD]]
    more = [f"and {left} more"] if (left := len(report.ahead[MOST_AHEAD:])) else []
    return "\n".join([f"*Due or ending by {on(report.ahead_until, account.reader.locale)}*", *lines, *more])


def _ending(ahead: Ahead, reader: Person) -> str:
    what = "your promise" if ahead.kind is Kind.PROMISE else "the experiment"
    return f"• {short(ahead.day, reader.locale)}: {what} “{shortened(escape(ahead.text), LONGEST_AHEAD)}”"


def _tank(team: Team, level: int) -> str:
    return f"*Fun tank for <#{team.channel_id}>:* {bar(level, FULL)} {level} out of {FULL}"


def _suggestion(account: Account) -> str:
    match account.suggestion:
        case Suggestion.REBALANCE if account.outside:
            text = (LESS if account.outside.by < 0 else MORE)[account.outside.part]
        case Suggestion.FILL_TANK if account.low:
            text = (
                f"Could you pick a ritual for <#{account.low.channel_id}>? Its fun tank is low. `/funtank rituals` "
                "lists the rituals."
            )
        case Suggestion.MEET if not (account.plan.due or account.plan.offered):
            text = MEET
        case Suggestion.THANK if not account.plan.unthanked:
            text = THANK
        case _:
            return ""
    return f"*For next week:* {text}"
