"""Build the cards of follow-ups for each reader, and the news about each step."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from slackblocks import ActionsBlock, Block, Button, Element, Option, OverflowMenu, PlainText, SectionBlock

from bot.followups.models import Audience, Followup, Kind, Quoting, State
from bot.followups.rules import RULES, Role, Step, is_possible, reads_note, who_may
from bot.messages.followups.forms import LONGEST_REASON, ME_TOO, MORE, action
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, one_line, shortened
from bot.slack.post import Post, context

LONGEST_QUOTE = 2000
REOPENS_BEFORE_SPONSOR = 2
"""How often a follow-up must have been reopened for *Ask the sponsor* to be the first button."""
LISTED = "listed_steps"
"""The start of the block ids of buttons in a list, which stays when one of them is pressed."""
AS_BUTTONS = 2
"""How many steps have a button; the others are in a menu."""


@dataclass(frozen=True)
class View:
    """A follow-up with the facts that its messages show."""

    followup: Followup
    team: Team
    people: Mapping[str, Person] = field(default_factory=dict)
    supporters: int = 0
    merged_into: Followup | None = None
    merged_url: str = ""
    """The link to the card of the idea it was merged into, if that card is in Slack."""

    def name(self, person_id: str | None) -> str:
        """Return somebody's name without notifying them."""
        person = self.people.get(person_id or "")
        return person.shown if person else "someone"

    @property
    def owner(self) -> str:
        return self.name(self.followup.owner_id)

    @property
    def author(self) -> str:
        """The author's name, or words that hide it."""
        return self.name(self.followup.author_id) if self.followup.is_named else "someone in the team"

    @property
    def due_on(self) -> date:
        assert self.followup.due_on  # noqa: S101
        return self.followup.due_on


class Texts(Protocol):
    """The texts of one kind of follow-up; implemented by a module in `bot.messages`."""

    @property
    def STEPS(self) -> Sequence[Step]:  # noqa: N802
        """The steps that have a button, the most important first."""

    @property
    def CHANNEL(self) -> Collection[Role]:  # noqa: N802
        """The roles whose buttons are on the card in the team's channel. Every press is checked for permission."""

    def label(self, followup: Followup, step: Step, /) -> str:
        """Return the label of a step's button."""

    def headline(self, view: View, roles: Collection[Role], /) -> str:
        """Describe the state of the follow-up to a reader with these roles or, without roles, to the team's channel."""

    def status(self, view: View, roles: Collection[Role], /) -> str:
        """Return the small print below the text; may be empty."""

    def news(self, view: View, step: Step, text: str, by: str, role: Role, /) -> str:
        """Return the news of a step taken by `by`, for somebody in this role; empty if it does not concern them."""


def card(texts: Texts, view: View, roles: Collection[Role], *, name: str | None = None, told: str = "") -> Post:
    """Build one person's card, with the steps that they can take; `told` replaces the headline."""
    return _card(texts, view, roles, roles, name, told)


def channel_card(texts: Texts, view: View, name: str) -> Post:
    """Build the card in the team's channel, which everyone reads."""
    return _card(texts, view, (), texts.CHANNEL, name, more=me_too(view.followup))


def me_too(followup: Followup) -> list[Element]:
    """Build the *Me too* button of a roadblock."""
    if followup.kind != Kind.ROADBLOCK or followup.state not in (State.OPEN, State.OWNED):
        return []
    return [Button("Me too", action_id=ME_TOO, value=str(followup.id))]


def _card(
    texts: Texts, view: View, reader: Collection[Role], may: Collection[Role], name: str | None, told: str = "",
    more: Sequence[Element] = (),
) -> Post:  # fmt: skip
    this = view.followup
    headline, status = told or texts.headline(view, reader), texts.status(view, reader)
    words = words_for(this, reader)
    blocks: list[Block] = [SectionBlock(f"{headline}\n{quoted(words)}", block_id=f"followup_{this.id}")]
    if status:
        blocks.append(context(status, f"status_{this.id}"))
    blocks += step_buttons(texts, view, may, more)
    return Post(one_line(f"{headline}\n{quoted(words)}"), blocks, card=name)


def posted(view: View) -> str:
    """Tell the author of a new roadblock or idea where it is posted, and whether it shows their name.

    If they agreed to be quoted, it says so: the sponsor may then read what only leaders can see.
    """
    this, channel = view.followup, f"<#{view.team.channel_id}>"
    name = f"{'with' if this.is_named else 'without'} your name"
    if this.audience == Audience.LEADERS:
        where = f"Only the leaders of {channel} can see this, {name}."
    elif view.team.is_closed:
        where = f"Saved {name}. I can't post it, because {channel} is archived or I'm not in it."
    else:
        where = f"Posted in {channel} {name}."
    if this.quoting != Quoting.NO:
        may = f"{'with' if this.is_quoted_with_name else 'without'} your name"
        where += f" I may quote it to the sponsor {may}. You can stop that in `/steward me`."
    return f"{where} I'll tell you what happens."


def answer(
    view: View, text: str, buttons: Sequence[Element], more: Sequence[Block] = (), *, card: str | None = None
) -> Post:
    """Build the private answer to the person who has just raised a follow-up; it repeats the text and adds `more`."""
    this = view.followup
    repeated = f"{text}\n{quoted(this.text)}"
    blocks = [
        SectionBlock(repeated, block_id=f"raised_{this.id}"),
        ActionsBlock([*buttons], block_id=f"raised_buttons_{this.id}"),
        *more,
    ]
    return Post(repeated, blocks, card=card)


def asked_writer(writer: str) -> str:
    """Tell somebody who used a shortcut on another person's message that the writer is asked first."""
    return f"I've asked {writer}, who wrote this message. I'll save it only if they agree."


def with_reason(text: str, why: str) -> str:
    """Append the reason `why` to a sentence or, if it is empty, a colon."""
    if not why:
        return f"{text}:"
    said = shortened(escape(why), LONGEST_REASON)
    return f"{text}. Reason: {said if said[-1] in '.!?…' else f'{said}.'}"


def words_for(followup: Followup, roles: Collection[Role]) -> str:
    """Return the text that somebody with these roles may read.

    A sponsor who was asked reads only the note that the owner wrote for them, also once they have taken it.
    """
    return followup.sponsor_note if reads_note(followup, roles) else followup.text


def quoted(words: str) -> str:
    """Format somebody's text as a quote."""
    return "\n".join(f">{line}" for line in shortened(escape(words), LONGEST_QUOTE).splitlines())


def step_buttons(
    texts: Texts, view: View, roles: Collection[Role], more: Sequence[Element] = (), block: str = "steps"
) -> list[Block]:
    """Build the buttons of the steps that somebody can take now, a menu if there are more than two, and `more`."""
    steps = possible_steps(texts, view, roles)
    if not steps and not more:
        return []
    id = view.followup.id
    shown = steps if len(steps) <= AS_BUTTONS + 1 else steps[:AS_BUTTONS]
    elements: list[Element] = [
        Button(
            texts.label(view.followup, step),
            action_id=action(step),
            value=str(id),
            style=None if nth or view.followup.is_closed else "primary",
        )
        for nth, step in enumerate(shown)
    ]
    if rest := steps[len(shown) :]:
        options = [Option(PlainText(texts.label(view.followup, step)), f"{step}:{id}") for step in rest]
        elements.append(OverflowMenu(action_id=MORE, options=options))
    return [ActionsBlock([*elements, *more], block_id=f"{block}_{id}")]


def possible_steps(texts: Texts, view: View, roles: Collection[Role]) -> Sequence[Step]:
    """Return the steps with a label that somebody with these roles can take now, the most important first."""
    followup, rules = view.followup, RULES[Kind(view.followup.kind)]
    steps = [
        step
        for step in texts.STEPS
        if not (followup.is_closed and followup.kind == Kind.PROMISE)
        and who_may(followup, step) & set(roles)
        and followup.state in rules[step].states
        and is_possible(followup, step)
        and (step != Step.ASK_SPONSOR or has_sponsor(view))
    ]
    is_stuck = followup.reopened_count >= REOPENS_BEFORE_SPONSOR
    return sorted(steps, key=lambda step: not (is_stuck and step == Step.ASK_SPONSOR))


def has_sponsor(view: View) -> bool:
    """Return whether the owner can ask the team's sponsor for help."""
    return view.team.sponsor_id not in (None, view.followup.owner_id)
