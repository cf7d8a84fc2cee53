"""The state machine of follow-ups: which steps are valid, who may take them, and what they change. Pure functions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.errors import AnswerTooLate, Refusal
from bot.followups.models import Followup, Kind, Reason, State
from bot.refusals import followups as refusals

MOST_MOVES = 2
"""How often a promise may be moved."""
PROMISE_REOPENS = 1
"""How often a promise can be reopened; after that, the two people talk."""


class Step(StrEnum):
    """Everything that can happen to a follow-up, as stored in its history."""

    RAISE = "raise"
    ACCEPT = "accept"
    TAKE = "take"
    HAND_ON = "hand_on"
    HAND_BACK = "hand_back"
    KEEP = "keep"
    """The owner has said that they still own it."""
    WAIT = "wait"
    ASK_SPONSOR = "ask_sponsor"
    SEND_BACK = "send_back"
    """The sponsor has sent it back to its owner."""
    MOVE = "move"
    START = "start"
    ANSWER = "answer"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    """Nobody confirmed or accepted it in time."""
    MERGE = "merge"
    SPLIT = "split"
    """A merge has been undone."""


class Role(StrEnum):
    """A person's role in a follow-up."""

    AUTHOR = "author"
    OWNER = "owner"
    RECIPIENT = "recipient"
    LEADER = "leader"
    SPONSOR = "sponsor"
    SUPPORTER = "supporter"
    MEMBER = "member"
    BOT = "bot"


INSIDERS = {Role.AUTHOR, Role.LEADER, Role.MEMBER}
"""Those who read a roadblock itself, and not only what its owner writes for the sponsor."""


@dataclass(frozen=True)
class Rule:
    """Who may take a step, from which states, and to which state it leads."""

    by: Collection[Role]
    states: Collection[State]
    to: State | None = None
    """None if the state stays as it is."""


_OWNER, _LEADER, _AUTHOR, _BOT = {Role.OWNER}, {Role.LEADER}, {Role.AUTHOR}, {Role.BOT}
_OPEN, _OWNED, _ANSWERED = {State.OPEN}, {State.OWNED}, {State.ANSWERED}
_LIVE = {State.OPEN, State.OWNED}
_ALL: dict[Step, Rule] = {
    Step.HAND_ON: Rule(_OWNER, _OWNED),
    Step.KEEP: Rule(_OWNER, _OWNED),
    Step.WAIT: Rule(_OWNER, _OWNED),
    Step.WITHDRAW: Rule(_AUTHOR, {State.OFFERED, *_LIVE}, State.CLOSED),
}
_RAISED: dict[Step, Rule] = _ALL | {
    Step.RAISE: Rule(_AUTHOR, {State.OFFERED}, State.OPEN),
    Step.TAKE: Rule({Role.LEADER, Role.SPONSOR}, _OPEN, State.OWNED),
    Step.HAND_BACK: Rule({Role.OWNER, Role.BOT}, _OWNED, State.OPEN),
}
RULES: dict[Kind, dict[Step, Rule]] = {
    Kind.ROADBLOCK: _RAISED
    | {
        Step.ASK_SPONSOR: Rule(_OWNER, _OWNED),
        Step.ACCEPT: Rule({Role.SPONSOR}, _OWNED),
        Step.SEND_BACK: Rule({Role.SPONSOR}, _OWNED),
        Step.ANSWER: Rule({Role.OWNER, Role.SPONSOR}, _OWNED, State.ANSWERED),
        Step.CONFIRM: Rule({Role.AUTHOR, Role.SUPPORTER}, _ANSWERED, State.CLOSED),
        Step.EXPIRE: Rule(_BOT, {State.OFFERED, State.ANSWERED}, State.CLOSED),
        Step.REOPEN: Rule({Role.AUTHOR, Role.SUPPORTER, Role.MEMBER}, {State.ANSWERED, State.CLOSED}, State.OWNED),
    },
    Kind.IDEA: _RAISED
    | {
        Step.START: Rule(_OWNER, _OWNED),
        Step.CLOSE: Rule({Role.OWNER, Role.LEADER}, _LIVE, State.CLOSED),
        Step.REOPEN: Rule({Role.LEADER, Role.BOT}, {State.CLOSED}, State.OPEN),
        Step.MERGE: Rule(_LEADER, _LIVE, State.CLOSED),
        Step.SPLIT: Rule(_LEADER, {State.CLOSED}, State.OPEN),
    },
    Kind.PROMISE: {
        Step.ACCEPT: Rule(_OWNER, {State.OFFERED}, State.OWNED),
        Step.MOVE: Rule(_OWNER, _OWNED),
        Step.ANSWER: Rule(_OWNER, _OWNED, State.ANSWERED),
        Step.CONFIRM: Rule({Role.RECIPIENT}, _ANSWERED, State.CLOSED),
        Step.EXPIRE: Rule(_BOT, {State.OFFERED, State.ANSWERED}, State.CLOSED),
        Step.REOPEN: Rule({Role.RECIPIENT}, {State.ANSWERED, State.CLOSED}, State.OWNED),
        Step.CLOSE: Rule({Role.OWNER, Role.BOT}, {State.OFFERED, State.OWNED}, State.CLOSED),
        Step.WITHDRAW: Rule(_AUTHOR, {State.OFFERED, *_LIVE}, State.CLOSED),
    },
}
"""Every valid step, by kind. A step that is not listed is not valid for that kind."""
REOPENABLE: Mapping[str, Collection[Reason]] = {
    Kind.ROADBLOCK: (Reason.DONE,),
    Kind.IDEA: (Reason.DONE, Reason.NOT_NOW, Reason.DECLINED),
    Kind.PROMISE: (Reason.DONE,),
}
"""The close reasons that allow a follow-up to be reopened, by kind."""


def find_rule(followup: Followup, step: Step) -> Rule:
    """Return the rule of a step. Raises `AnswerTooLate` if the step is not valid in the current state."""
    rule = RULES[Kind(followup.kind)].get(step)
    if rule is None or followup.state not in rule.states or not is_possible(followup, step):
        raise AnswerTooLate(refusals.SETTLED[followup.kind])
    return rule


def is_possible(followup: Followup, step: Step) -> bool:
    """Return whether the facts of a follow-up, other than its state, allow a step."""
    match step:
        case Step.MOVE:
            return followup.moves < MOST_MOVES
        case Step.REOPEN:
            is_once_more = followup.kind != Kind.PROMISE or followup.reopened_count < PROMISE_REOPENS
            return is_once_more and followup.reason in (None, *REOPENABLE[followup.kind])
        case Step.START:
            return followup.started_at is None
        case Step.SPLIT:
            return followup.reason == Reason.MERGED
        case Step.SEND_BACK:
            return followup.with_sponsor_since is not None
        case Step.ASK_SPONSOR:
            return followup.with_sponsor_since is None
        case _:
            return True


def who_may(followup: Followup, step: Step) -> set[Role]:
    """Return the roles that can take a step now.

    A sponsor acts only on follow-ups about which the owner has asked them. Other members of the team can only reopen
    closed follow-ups.
    """
    by = set(RULES[Kind(followup.kind)][step].by)
    if followup.with_sponsor_since is None and step != Step.TAKE:
        by.discard(Role.SPONSOR)
    if followup.state == State.ANSWERED:
        by.discard(Role.MEMBER)
    return by


def check(followup: Followup, step: Step, roles: Collection[Role]) -> Rule:
    """Check that a person with these roles may take a step now, and return the rule of the step.

    Raises `AnswerTooLate` if the step is not valid now, and `Refusal` if none of the roles may take it.
    """
    if step == Step.MOVE and followup.moves >= MOST_MOVES:
        raise Refusal(refusals.MOVED_TWICE)
    rule = find_rule(followup, step)
    if not who_may(followup, step) & set(roles):
        raise Refusal(refusals.not_yours(followup.kind, step))
    return rule


def take_step(followup: Followup, step: Step, roles: Collection[Role], *, now: datetime) -> None:
    """Change a follow-up's state by one step, and the columns that depend on it. Raises the same errors as `check`."""
    rule = check(followup, step, roles)
    before = followup.state
    followup.state = rule.to or followup.state
    match step:
        case Step.REOPEN:
            followup.reopened_count += 1
            followup.answered_at = followup.closed_at = followup.reason = followup.ask_again_on = None
            followup.outcome = ""
            if followup.kind == Kind.IDEA:
                _disown(followup)
            followup.state = State.OWNED if followup.owner_id else State.OPEN
        case Step.SPLIT:
            followup.closed_at = followup.reason = followup.merged_into_id = None
            followup.state = State.OWNED if followup.owner_id else State.OPEN
        case Step.ANSWER:
            followup.answered_at = now
        case Step.HAND_BACK:
            _disown(followup)
    if step in ENDS_WAITING:
        followup.waiting_until, followup.waiting_for = None, ""
    if step in (Step.ACCEPT, Step.ANSWER, Step.HAND_BACK, Step.SEND_BACK):
        followup.with_sponsor_since = None
    if followup.is_closed and before != State.CLOSED:
        followup.closed_at = now
        followup.reason = followup.reason or _find_reason(step, before)


ENDS_WAITING = (
    Step.ACCEPT, Step.ANSWER, Step.CLOSE, Step.HAND_ON, Step.HAND_BACK, Step.KEEP, Step.REOPEN, Step.WITHDRAW,
)  # fmt: skip


def _find_reason(step: Step, before: State | str) -> Reason:
    if step == Step.EXPIRE and before == State.OFFERED:
        return Reason.DECLINED
    return REASONS.get(step, Reason.DONE)


REASONS = {Step.WITHDRAW: Reason.WITHDRAWN, Step.MERGE: Reason.MERGED, Step.CLOSE: Reason.DONE}
"""The close reason that a step stores, unless the caller has already stored another."""


def own(followup: Followup, owner_id: str, today: date) -> None:
    """Make a person the owner of a follow-up from `today` on, the current date in their time zone."""
    followup.owner_id, followup.owned_on = owner_id, today


def _disown(followup: Followup) -> None:
    followup.owner_id = followup.owned_on = None
    followup.started_at = followup.experiment_ends_on = None
    followup.question = ""


def reads_note(followup: Followup, roles: Collection[Role]) -> bool:
    """Return whether somebody reads only what the owner wrote for the sponsor, also once they have taken it."""
    return Role.SPONSOR in roles and bool(followup.sponsor_note) and not INSIDERS & set(roles)


def is_waiting(followup: Followup, today: date) -> bool:
    """Return whether the owner is waiting for something, in which case the follow-up does not age."""
    return followup.waiting_until is not None and today < followup.waiting_until
