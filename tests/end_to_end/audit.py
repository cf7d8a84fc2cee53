"""Audit of a day with injected faults: what was lost, duplicated, unanswered or out of order.

The audit compares what people were told, what is in the channel and in their DMs, and who is credited.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from sqlalchemy import select

from bot.features.shoutouts.models import Credit, Shoutout, Way
from tests.end_to_end.faults import CHANNEL, NAMES, PEOPLE, TAKEN_BACK, Day, Thanks, Told, words
from tests.harness import Json, eventually

BOT = "B0STEWARD0"
Pair = tuple[str, str]
RECONNECT_SECONDS = 60.0
"""Seconds within which the bot replaces a socket that gets no events, even on a slow machine."""


@dataclass
class Account:
    wrong: list[str] = field(default_factory=list)
    doubled: Counter[str] = field(default_factory=Counter)
    """The number of surplus messages, by conversation."""


@dataclass
class DayRecord:
    """What people can read in Slack, and what the database has, at the end of the day."""

    channel: list[Json]
    dms: dict[str, list[Json]]
    notes: dict[str, list[Json]]
    ids: dict[str, str]
    """The id of each user's DM with the bot, by user id."""
    credits: dict[str, set[Pair]]
    """The pairs of giver and receiver that have a credit for a message, by message."""
    spoken: dict[int, tuple[Shoutout, set[Pair]]]
    """Shout-outs by command or form, with their credits, by the number in their text."""
    given_up: str
    """The events that Slack gave up on after four attempts, so that the bot never got them, as one string."""


async def look(day: Day) -> DayRecord:
    slack = day.world.slack
    async with day.world.database.reading() as session:
        standing = (await session.scalars(select(Credit))).all()
        acts = (await session.scalars(select(Shoutout).where(Shoutout.way == Way.SPOKEN))).all()
    credits: dict[str, set[Pair]] = defaultdict(set)
    for credit in standing:
        credits[credit.message].add((credit.giver_id, credit.receiver_id))
    numbers = {f"for {words(each.number)}": each.number for each in day.thanks}
    numbers |= {words(number): number for number in numbers.values()}
    return DayRecord(
        channel=await slack.messages(CHANNEL, "maya"),
        dms={name: await slack.messages("bot", name) for name in NAMES},
        notes={name: await slack.notes(name) for name in NAMES},
        ids={each["user"]: each["id"] for each in (await slack.look("state"))["channels"] if each["is_im"]},
        credits=credits,
        spoken={numbers[act.reason]: (act, credits[act.message]) for act in acts if act.reason in numbers},
        given_up=str(await _given_up(day)),
    )


async def _given_up(day: Day) -> list[Json]:
    tries = (await day.world.slack.look("payloads"))["payloads"]
    events = [each for each in tries if each["type"] == "events_api"]
    arrived = {each["payload"]["event_id"] for each in events if "missed" not in each}
    missed = {each["payload"]["event_id"]: each for each in events if "missed" in each}
    return [each["payload"]["event"] for id, each in missed.items() if id not in arrived]


async def run_audit(day: Day) -> Account:
    account, eyes = Account([f"unanswered: {each}" for each in day.unanswered]), await look(day)
    for thanks in day.thanks:
        _count_thanks(account, eyes, thanks)
    _count_heard(account, eyes, day)
    _count_the_past(account, eyes, day)
    _put_in_order(account, eyes, day)
    _count_round_ups(account, eyes)
    _see_answers(account, eyes, day)
    await _meet_newcomers(account, eyes, day)
    await _allow_doubles(account, day)
    return account


def _count_thanks(account: Account, eyes: DayRecord, thanks: Thanks) -> None:
    """Check that the card, the notes and the credits of a shout-out all exist once, or not at all."""
    what = words(thanks.number)
    stands = _stands(eyes, thanks)
    cards = [each for each in eyes.channel if each.get("bot_id") == BOT and what in each["text"]]
    _compare(account, f"card {what}", "C0HARBOURS", len(cards), stands)
    _compare_notes(account, eyes, what, thanks.receivers if stands else [])
    credited = eyes.spoken[thanks.number][1] if thanks.number in eyes.spoken else set()
    known = [_thanked_on(thanks, [card]) for card in cards]  # the bot knows only one of the cards if there are two
    expected = [_thanked_on(thanks, cards), *known] if stands else [set()]
    if credited not in expected and not any(card["ts"] in eyes.given_up for card in cards):
        account.wrong.append(f"credits {what}: {sorted(credited)} instead of {sorted(expected[0])}")


def _thanked_on(thanks: Thanks, cards: list[Json]) -> set[Pair]:
    said = {(PEOPLE[thanks.giver], PEOPLE[each]) for each in thanks.receivers}
    joined = {(user, PEOPLE[each]) for card in cards for user in _thumbs(card) for each in thanks.receivers}
    return {(giver, receiver) for giver, receiver in said | joined if giver != receiver}


def _stands(eyes: DayRecord, thanks: Thanks) -> bool:
    """Return whether a shout-out must exist or, if its giver got no clear answer, whether it does."""
    if thanks.told is Told.DONE and thanks.undone is None:
        return True
    if thanks.told is Told.NOT or _is_taken_back(eyes, thanks):
        return False
    kept = eyes.spoken.get(thanks.number)
    return bool(kept and kept[0].is_given)


def _is_taken_back(eyes: DayRecord, thanks: Thanks) -> bool:
    """Return whether the bot's answer to the giver says that the shout-out was taken back."""
    own = [each["text"] for each in eyes.notes[thanks.giver] if each["ts"] == thanks.note_ts]
    return bool(own and own[0].startswith(TAKEN_BACK))


def _count_heard(account: Account, eyes: DayRecord, day: Day) -> None:
    """Check that thanks in people's messages have credits, notes and the bot's reaction."""
    shown = {each["ts"]: each for each in eyes.channel}
    for ts, (author, receivers, number) in day.heard.items():
        if ts in eyes.given_up:
            continue
        expected = _thanked_there(PEOPLE[author], [PEOPLE[each] for each in receivers], shown[ts])
        _compare_credits(account, eyes, ts, expected)
        _compare_notes(account, eyes, words(number), receivers)
        if ("U0STEWARD0" in str(shown[ts].get("reactions"))) != bool(receivers):
            account.wrong.append(f"heard {words(number)}: the bot's own reaction")


def _thanked_there(author: str, receivers: list[str], message: Json) -> set[Pair]:
    said = {(author, each) for each in receivers}
    joined = {(user, each) for user in _thumbs(message) for each in receivers or [author]}
    return {(giver, receiver) for giver, receiver in said | joined if giver != receiver}


def _count_the_past(account: Account, eyes: DayRecord, day: Day) -> None:
    """Check that thanks that were removed by an edit or a deletion have neither credits nor notes."""
    for number in day.past:
        if words(number) not in eyes.given_up:
            _compare_notes(account, eyes, words(number), [])
    for ts in day.deleted:
        if ts not in eyes.given_up:
            _compare_credits(account, eyes, ts, set())


def _compare_credits(account: Account, eyes: DayRecord, ts: str, expected: set[Pair]) -> None:
    credited = eyes.credits[f"C0HARBOURS:{ts}"]
    if credited != expected:
        account.wrong.append(f"message {ts}: credits {sorted(credited)} instead of {sorted(expected)}")


def _compare_notes(account: Account, eyes: DayRecord, what: str, receivers: list[str]) -> None:
    for name in NAMES:
        found = [each for each in eyes.dms[name] if what in each["text"] and "thanked you" in each["text"]]
        _compare(account, f"note to {name} {what}", eyes.ids.get(PEOPLE[name], ""), len(found), name in receivers)


def _compare(account: Account, what: str, conversation: str, found: int, wanted: bool) -> None:
    if found < wanted:
        account.wrong.append(f"lost: {what}")
    if found > wanted:
        account.doubled[conversation] += found - wanted


def _thumbs(message: Json) -> set[str]:
    return {user for each in message.get("reactions", []) for user in each["users"]} - {"U0STEWARD0"}


def _put_in_order(account: Account, eyes: DayRecord, day: Day) -> None:
    """Check that cards were posted in the order in which their shout-outs were acknowledged."""
    found = []
    for thanks in day.thanks:
        cards = [
            each["ts"] for each in eyes.channel if each.get("bot_id") == BOT and words(thanks.number) in each["text"]
        ]
        if thanks.told is Told.DONE and len(cards) == 1:
            found.append((cards[0], thanks.number))
    account.wrong += [
        f"order: {later[1]} stands before {sooner[1]}" for sooner, later in pairwise(found) if later < sooner
    ]


def _count_round_ups(account: Account, eyes: DayRecord) -> None:
    read_out = [each for each in eyes.channel if ":raised_hands: *This week's" in each["text"]]
    _compare(account, "Friday's round-up", "C0HARBOURS", len(read_out), True)


def _see_answers(account: Account, eyes: DayRecord, day: Day) -> None:
    """Check that the bot answered each acknowledged press of *Undo*."""
    for name in NAMES:
        pressed = len([each for each in day.thanks if each.giver == name and each.undone is Told.DONE])
        answers = len([each for each in [*eyes.notes[name], *eyes.dms[name]] if _answers_a_press(each["text"])])
        if answers < pressed:
            account.wrong.append(f"unanswered: {name} pressed Undo {pressed} times and heard {answers} answers")


def _answers_a_press(text: str) -> bool:
    return text.startswith((TAKEN_BACK, "You can only change", "Sorry"))


async def _meet_newcomers(account: Account, eyes: DayRecord, day: Day) -> None:
    users = {each["name"]: each["id"] for each in (await day.world.slack.look("state"))["users"]}
    for name in (each for each in day.newcomers if users[each] not in eyes.given_up):
        if "<#C0HARBOURS>" not in str(await eventually(lambda name=name: _about(day, name), RECONNECT_SECONDS)):
            account.wrong.append(f"lost: {name} is in the channel, and not in the team")


async def _about(day: Day, name: str) -> Json:
    """Return the bot's answer to `/steward me`; empty while its socket gets no events after a fault."""
    return (await day.world.slack.command(name, "me", word="/steward")).ack


async def _allow_doubles(account: Account, day: Day) -> None:
    """Report duplicates, except one for each time that the bot could not read the conversation's history."""
    refused: Counter[str] = Counter()
    for method in ("conversations.history", "conversations.replies"):
        for call in await day.world.slack.calls(method):
            if call.get("fault", {}).get("error"):
                refused[call["args"]["channel"]] += 1
    for conversation, times in account.doubled.items():
        if times > refused[conversation]:
            account.wrong.append(
                f"doubled: {times} in {conversation}, where history was refused {refused[conversation]} times"
            )
