"""The Home tab, apart from the features' own sections: greeting, first steps, teams at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from slackblocks import ActionsBlock, Block, Button, HeaderBlock, HomeTabView, ModalView, SectionBlock

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
MOST_BLOCKS = 100
A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Step:
    """A step in getting started, with its texts for when it is done and for when it is still to do."""

    done: str
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


def stranger(person: Person, admins: Sequence[Person], *, has_teams: bool) -> list[Block]:
    """Greet somebody who is not in a team, and say how to get started."""
    if has_teams:
        how = "type" if person.runs_workspace else "ask a workspace admin to type"
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


def before_the_first(channels: Sequence[Channel]) -> list[Block]:
    """List the first steps while no team exists; `channels` are those that both the bot and the reader are in."""
    named = [f"<#{channel.id}>" for channel in channels[:3]]
    here = comma_joined(named, last="or")
    steps = [
        Step(
            f"I'm in {comma_joined(named)}", "Invite me: type `/invite @steward` in your team's channel", bool(channels)
        ),
        Step(
            "",
            f"Type `/steward setup` in {here or 'that channel'}: it's one form, and the defaults are fine to start "
            "with",
            False,
        ),
        Step("", "Thank someone: `/shoutout @ana for staying calm`", False),
    ]
    return _checklist("Getting started", steps, "start")


def getting_started(team: Team, leaders: Sequence[Member], *, has_thanks: bool) -> list[Block]:
    """List the first steps of a new team; nothing once all are done."""
    channel = f"<#{team.channel_id}>"
    values = Settings.of(team).values
    steps = [
        Step(f"I'm in {channel}", f"Invite me again: type `/invite @steward` in {channel}", not team.is_closed),
        Step(f"{channel} is a team", "", is_done=True),
        Step("It has a leader", "Choose its leaders: *Settings*, *People and time zone*", bool(leaders)),
        Step(
            "Its public holidays are set",
            "Choose its public holidays: *Settings*, *Working hours*",
            bool(working_hours.team_hours(team).country),
        ),
        Step(
            "Its values are set",
            f"Choose its values (currently {_tags(values)}): *Settings*, *Shout-outs*",
            values != Settings().values,
        ),
        Step("The first shout-out has been sent", "Thank someone with the button above or `/shoutout`", has_thanks),
    ]
    return _checklist(f"Getting started in #{team.name}", steps, f"start_{team.id}")


def team_at_a_glance(team: Team, leaders: Sequence[Member], agents: int) -> list[Block]:
    """Return a team as its agents see it."""
    return [SectionBlock(_team_line(team, leaders, agents), block_id=f"team_{team.id}")]


def team_with_upcoming(
    team: Team, leaders: Sequence[Member], agents: int, coming: Coming, now: datetime, *, may_change: bool
) -> list[Block]:
    """Return a team as its leaders and sponsor see it, with its settings and what the next seven days bring."""
    soon = setup.rituals(team, [each for each in coming if each[0] <= now + A_WEEK])
    button = Button("Settings", action_id=SETTINGS, value=str(team.id)) if may_change else None
    return [
        SectionBlock(_team_line(team, leaders, agents), block_id=f"team_{team.id}", accessory=button),
        SectionBlock(
            shortened(f"*The next seven days*\n{soon or 'Nothing planned.'}", 2900),
            block_id=f"coming_{team.id}",
        ),
    ]


def _team_line(team: Team, leaders: Sequence[Member], agents: int) -> str:
    return shortened(steward.at_a_glance(team, leaders, agents), 2900)


def heading(number: int) -> Block:
    return HeaderBlock("Your team" if number == 1 else "Your teams", block_id="teams")


def about_sheet(me: Post) -> ModalView:
    """Show the answer to `/steward me` as a modal."""
    return ModalView(title="About you", close="Done", blocks=list(me.blocks))


def _me() -> Button:
    return Button("About me", action_id=ME, value=ME)


def _checklist(title: str, steps: Sequence[Step], name: str) -> list[Block]:
    if all(step.is_done for step in steps):
        return []
    lines = [f":white_check_mark: {step.done}" if step.is_done else f":point_right: {step.todo}" for step in steps]
    return [HeaderBlock(shortened(title, 150), block_id=name), SectionBlock("\n".join(lines), block_id=f"{name}_steps")]


def _tags(values: Sequence[str]) -> str:
    return ", ".join(f"`#{value}`" for value in values[:6])
