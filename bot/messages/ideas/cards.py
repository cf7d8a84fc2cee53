"""Texts of ideas on cards and in direct messages: the state of an idea, its votes, and the news of each step."""

from collections.abc import Collection
from datetime import date

from slackblocks import ActionsBlock, Block, Button, Element, SectionBlock

from bot.followups.models import Audience, Followup, Reason, State
from bot.followups.rules import Role, Step
from bot.followups.settings import Settings
from bot.messages.followups.cards import View, answer, posted, quoted
from bot.slack.mrkdwn import capitalize_first, comma_joined, count_noun, escape, shortened
from bot.slack.post import Post, context
from bot.text.formats import on

HIDE = "ideas:hide"
UNDO = "ideas:undo"
SAME = "ideas:same"
LABELS = {
    Step.TAKE: "I'll look into it",
    Step.START: "Start",
    Step.CLOSE: "Answer it",
    Step.MERGE: "Merge",
    Step.HAND_ON: "Hand it over",
    Step.SPLIT: "Undo the merge",
    Step.REOPEN: "Reopen",
}
STEPS = tuple(LABELS)
CHANNEL = (Role.LEADER, Role.OWNER)
ENDS = {
    Reason.DONE: "Done",
    Reason.DECLINED: "Declined",
    Reason.NOT_NOW: "Not now",
    Reason.MERGED: "Merged with another idea",
    Reason.WITHDRAWN: "Withdrawn",
}
SIMILAR = {Reason.DONE: "is *done* already", Reason.NOT_NOW: "was answered with *not now*"}
"""Phrases for how an earlier idea ended, to follow `A similar idea`; for other reasons, *declined* is used."""
LONGEST_POINTER = 150


def label(followup: Followup, step: Step) -> str:
    """Return the label of a step's button."""
    is_tried = step == Step.CLOSE and followup.experiment_ends_on
    return "Share the lesson" if is_tried else LABELS[step]


def headline(view: View, roles: Collection[Role]) -> str:
    """Describe the state of an idea: new, considering, doing, or how it ended."""
    this = view.followup
    idea = "your idea" if Role.AUTHOR in roles else f"this idea from {view.author}"
    who = "you're" if Role.OWNER in roles else f"{view.owner} is"
    match this.state:
        case State.OPEN if this.reopened_count:
            return f":bulb: {capitalize_first(idea)} is *open again*:"
        case State.OPEN:
            return ":bulb: Your *new* idea:" if Role.AUTHOR in roles else f":bulb: *New* idea from {view.author}:"
        case State.OWNED if this.started_at:
            return f":bulb: *Doing*: {who} working on {idea}:"
        case State.OWNED:
            return f":bulb: *Considering*: {who} looking into {idea}:"
        case _:
            sign = ":white_check_mark: " if this.reason == Reason.DONE else ""
            return f"{sign}*{ENDS[_reason(this)]}*: {idea}{_next(this)}"


def format_answer(this: Followup) -> str:
    """Return the answer to an idea as the end of a sentence, with the day on which leaders are asked again, if any."""
    return f"*{ENDS[_reason(this)]}*{_next(this) or '.'}"


def _reason(this: Followup) -> Reason:
    return Reason(this.reason or Reason.DECLINED)


def _next(this: Followup) -> str:
    day = this.ask_again_on
    return f". I'll ask the leaders again {format_return_date(day)}." if day and this.reason == Reason.NOT_NOW else ""


def format_return_date(day: date) -> str:
    """Return `in March` for the first day of a month, and `on Tuesday, 3 March` for others."""
    return f"in {day:%B}" if day.day == 1 else f"on {on(day)}"


def status(view: View, roles: Collection[Role]) -> str:
    """Describe an idea: why it was closed, its experiment, its votes and, on the channel's card, how to vote."""
    this = view.followup
    parts = [_pointer(view) if this.reason == Reason.MERGED else _outcome(this), _experiment(this), vote_count(view)]
    if not roles and not this.is_closed and this.audience == Audience.TEAM:
        emoji = comma_joined([f":{name}:" for name in Settings.of(view.team).votes], "or")
        parts.append(f"Vote with {emoji}. Everyone can see who votes.")
    return " · ".join(part for part in parts if part)


def _outcome(this: Followup) -> str:
    """Return the answer to a closed idea: what an experiment showed, what was done, or the reason."""
    if not this.outcome:
        return ""
    what = "What was done" if this.reason == Reason.DONE else "Reason"
    return f"{'What we learnt' if this.experiment_ends_on else what}: {escape(this.outcome)}"


def vote_count(view: View) -> str:
    """Return the number of votes, or nothing.

    An idea whose author is not named shows no number: the author's own reaction would be visible but not counted, which
    would reveal who the author is.
    """
    return count_noun(view.supporters, "vote") if view.supporters and view.followup.is_named else ""


def _pointer(view: View) -> str:
    other = view.merged_into
    words = shortened(escape(other.text), LONGEST_POINTER) if other else ""
    link = f" <{view.merged_url}|See it>" if view.merged_url else ""
    return f"The other idea: {words}{link}" if other else ""


def _experiment(this: Followup) -> str:
    if this.state != State.OWNED or not this.experiment_ends_on:
        return ""
    return f"Experiment until {on(this.experiment_ends_on)}: {escape(this.question)}"


def news(view: View, step: Step, text: str, by: str, role: Role) -> str:
    """Tell the author, the new owner, the leaders or the voters about a step."""
    match step, role:
        case (Step.RAISE, Role.LEADER):
            return f":bulb: *New* idea from {view.author}, visible to leaders only:"
        case (Step.TAKE, Role.AUTHOR):
            return f"{by} is looking into your idea:"
        case (Step.HAND_ON, Role.OWNER):
            return f"{by} handed this idea over to you:"
        case (Step.HAND_ON, Role.AUTHOR):
            return f"{view.owner} is looking into your idea now:"
        case (Step.START, Role.AUTHOR):
            return f"{by} has started working on your idea:"
        case (Step.CLOSE, Role.AUTHOR):
            return f"{by} answered your idea: {format_answer(view.followup)}"
        case (Step.CLOSE, Role.OWNER):
            return f"{by} answered the idea you were looking into: {format_answer(view.followup)}"
        case (Step.CLOSE, Role.SUPPORTER):
            return f"{by} answered an idea you voted for: {format_answer(view.followup)}"
        case (Step.CLOSE, Role.MEMBER):
            return f"{by} answered an idea that yours was merged with: {format_answer(view.followup)}"
        case (Step.REOPEN, Role.AUTHOR):
            return "Your idea is open again:"
        case (Step.HAND_BACK, Role.AUTHOR):
            return (
                "The leader who was looking into your idea isn't available. I'll ask the other leaders to take it on."
            )
        case (Step.MERGE, Role.AUTHOR):
            return f"{by} merged your idea with another one. I'll tell you what happens."
        case (Step.SPLIT, Role.AUTHOR):
            return f"{by} undid the merge, so your idea is separate again:"
        case _:
            return ""


def raised_answer(view: View, resembling: Followup | None = None) -> Post:
    """Confirm a new idea to its author, with *Hide my name* and *Undo*, and offer to vote for a similar idea."""
    this = view.followup
    buttons: list[Element] = [Button("Undo", action_id=UNDO, value=str(this.id))]
    if this.is_named:
        buttons.insert(0, Button("Hide my name", action_id=HIDE, value=str(this.id)))
    can = "hide your name or undo this" if this.is_named else "undo this"
    text = f"{posted(view)} For the next 10 minutes, you can {can}."
    return answer(view, text, buttons, _offer(this, resembling) if resembling else [])


def similarity_line(other: Followup) -> str:
    """Say that an idea resembles an earlier one, and what state that one is in."""
    words = f"\n>{shortened(escape(other.text), 300)}"
    if not other.is_closed:
        return f"Is it the same as this one?{words}"
    why = f"\n{escape(other.outcome)}" if other.outcome else ""
    return f"A similar idea {SIMILAR.get(_reason(other), 'was *declined*')}.{words}{why}"


def _offer(this: Followup, other: Followup) -> list[Block]:
    blocks: list[Block] = [SectionBlock(similarity_line(other), block_id="like")]
    if not other.is_closed or other.reason == Reason.NOT_NOW:
        same = Button("It's the same", action_id=SAME, value=f"{this.id}:{other.id}")
        hint = context("I'll withdraw yours and count your vote for that one.", "like_note")
        blocks += [ActionsBlock([same], block_id="like_button"), hint]
    return blocks


UNDONE = "Withdrawn. I've deleted the card."


def joined_answer(view: View) -> Post:
    """Confirm the vote of somebody who had a similar idea."""
    text = "I've withdrawn yours and counted your vote for this one. I'll tell you what happens."
    return Post(f"{text}\n{quoted(view.followup.text)}")


def lesson_post(view: View) -> Post:
    """Celebrate in the channel what an experiment showed, whatever its outcome."""
    this = view.followup
    thanks = f"Thanks to {view.owner} for trying it out"
    thanks += f", and to {view.author} for the idea." if this.is_named and this.author_id != this.owner_id else "."
    outcome = "We're keeping it." if this.reason == Reason.DONE else "We're not keeping it, but now we know."
    text = (
        f":test_tube: Our experiment with this idea is over:\n{quoted(this.text)}\n"
        f"*Question:* {escape(this.question)}\n*What we learnt:* {escape(this.outcome)}\n{outcome} {thanks}"
    )
    return Post(text, [SectionBlock(text, block_id=f"lesson_{this.id}")])
