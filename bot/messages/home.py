"""The Home tab, apart from the features' own sections: greeting, first steps, and an overview of each team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from slackblocks import ActionsBlock, Block, Button, HomeTabView, ModalView, SectionBlock

from bot.features.shoutouts.settings import Settings
from bot.messages import absences, setup, steward
from bot.messages.setup import Coming
from bot.org.availability import working_hours
from bot.org.channels import Channel
from bot.org.people import Person
from bot.org.teams.models import Member, Team
from bot.slack.mrkdwn import comma_joined, mention, mentions, shortened
from bot.slack.post import Payload, Post, context

THANK = "home:thank"
ME = "home:me"
SETTINGS = "home:settings"
COMING = "home:coming"
MOST_BLOCKS = 100
COMING_PERIOD = timedelta(days=7)


@dataclass(frozen=True)
class Step:
    """A step in getting started, with the text to show until it is done."""

    todo: str
    is_done: bool


def view(blocks: Sequence[Block]) -> Payload:
    """Return the Home tab, cut to Slack's limit of a hundred blocks."""
    shown = list(blocks)
    if len(shown) > MOST_BLOCKS:
        more = context("There's more than I can show here. `/steward` shows the rest.", "more")
        shown = [*shown[: MOST_BLOCKS - 1], more]
    return HomeTabView(shown).to_dict()


def hello(person: Person, teams: Sequence[Team], now: datetime) -> list[Block]:
    """Greet somebody who is in a team."""
    text = f"*Hello {mention(person.id)}.* Only you can see this page."
    if told := absences.away_now(person, now, [working_hours.person_hours(person, team) for team in teams]):
        text += f"\n{told}"
    thank = Button("Thank someone", action_id=THANK, value=THANK, style="primary")
    return [SectionBlock(text, block_id="hello"), ActionsBlock([thank, _me()], block_id="now")]


def hello_outside_teams(person: Person, admins: Sequence[Person], *, has_teams: bool) -> list[Block]:
    """Greet somebody who is not in a team, and say how to get started."""
    if has_teams:
        how = "type" if person.runs_workspace else "ask a workspace admin or a leader of another team to type"
        todo = (
            "You're not in a team yet. Join your team's channel. If it isn't set up, "
            f"{how} `/invite @steward` and then `/steward setup` there."
        )
    elif person.runs_workspace:
        todo = "No team is set up yet. The steps below take a minute."
    else:
        whom = mentions([admin.id for admin in admins], last="or") or "a workspace admin"
        todo = (
            f"No team is set up yet. Ask {whom} to type `/invite @steward` and then `/steward setup` in your team's "
            "channel. It takes a minute."
        )
    text = f":seedling: *Hello {mention(person.id)}, I'm Steward.* {setup.PURPOSE}\n{todo}"
    return [SectionBlock(text, block_id="hello"), ActionsBlock([_me()], block_id="now")]


def first_steps(channels: Sequence[Channel]) -> list[Block]:
    """Show the next step while no team exists; `channels` are those that both the bot and the reader are in."""
    here = comma_joined([f"<#{channel.id}>" for channel in channels[:3]], last="or")
    steps = [
        Step("invite me. Type `/invite @steward` in your team's channel", bool(channels)),
        Step(f"type `/steward setup` in {here}. It's one form, and the defaults are fine to start with", False),
        Step("thank someone", False),
    ]
    return _next_step("Getting started", steps, "start")


def getting_started(team: Team, leaders: Sequence[Member], *, has_thanks: bool) -> list[Block]:
    """Show the next of a new team's first steps; nothing once all are done."""
    channel = f"<#{team.channel_id}>"
    steps = [
        Step(f"invite me again. Type `/invite @steward` in {channel}", not team.is_closed),
        Step("choose the team's leaders in *Settings*, *People and time zone*", bool(leaders)),
        Step(
            "choose the team's public holidays in *Settings*, *Working hours*",
            bool(working_hours.team_hours(team).country),
        ),
        Step("thank someone with the button above or `/shoutout`", has_thanks),
        Step("choose the team's values in *Settings*, *Shout-outs*", Settings.of(team).values != Settings().values),
    ]
    return _next_step(f"Getting started in {channel}", steps, f"start_{team.id}")


def team_at_a_glance(team: Team, leaders: Sequence[Member], agents: int) -> list[Block]:
    """Build the overview of a team that its agents see."""
    return [SectionBlock(_team_line(team, leaders, agents), block_id=f"team_{team.id}")]


def team_with_buttons(team: Team, leaders: Sequence[Member], agents: int, *, may_change: bool) -> list[Block]:
    """Build the overview of a team that its leaders and sponsor see, with buttons for upcoming posts and settings."""
    coming = Button("What's coming", action_id=COMING, value=str(team.id))
    settings = Button("Settings", action_id=SETTINGS, value=str(team.id))
    counts = f"{setup.count(len(leaders), 'leader')}, {setup.count(agents, 'agent')}"
    text = f"*<#{team.channel_id}>:* {counts if leaders or agents else 'no leaders and no agents yet'}."
    return [
        SectionBlock(f"{text}{steward.closed_note(team)}", block_id=f"team_{team.id}"),
        ActionsBlock([settings, coming] if may_change else [coming], block_id=f"team_answers_{team.id}"),
    ]


def coming_sheet(team: Team, leaders: Sequence[Member], agents: int, coming: Coming, now: datetime) -> ModalView:
    """Show a team and its next seven days as a modal."""
    soon = setup.rituals(team, [each for each in coming if each[0] <= now + COMING_PERIOD])
    blocks = [
        *team_at_a_glance(team, leaders, agents),
        SectionBlock(shortened(f"*The next seven days*\n{soon or 'Nothing planned.'}", 2900), block_id="coming"),
    ]
    return ModalView(title="What's coming", close="Done", blocks=blocks)


def _team_line(team: Team, leaders: Sequence[Member], agents: int) -> str:
    return shortened(steward.at_a_glance(team, leaders, agents), 2900)


def about_sheet(me: Post) -> ModalView:
    """Show the answer to `/steward me` as a modal."""
    return ModalView(title="About you", close="Done", blocks=list(me.blocks))


def _me() -> Button:
    return Button("What you know about me", action_id=ME, value=ME)


def _next_step(title: str, steps: Sequence[Step], name: str) -> list[Block]:
    """Show the first step that is still to do, and how many are done."""
    todo = [step.todo for step in steps if not step.is_done]
    if not todo:
        return []
    text = f"*{title}* ({len(steps) - len(todo)} of {len(steps)} done): {todo[0]}."
    return [SectionBlock(text, block_id=name)]
