"""Audit of a crash test: compares what people were promised with what was sent and what is in the database."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from benchmarks.crashes.facts import Facts
from benchmarks.crashes.ledger import Choice, Ledger, Reaction, Thanks
from benchmarks.crashes.observer import Observer

ROUND_UP = ":raised_hands: *This week's"


@dataclass
class Audit:
    """The faults found, by kind, and counts of unavoidable deviations."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Effects neither lost nor duplicated, but still there after an undo, or missing while others are there."""
    disordered: list[str] = field(default_factory=list)
    shown_twice: list[str] = field(default_factory=list)
    """Duplicated ephemeral messages, unavoidable because Slack has no look-up for them."""
    given_up: int = 0
    """Events that Slack gave up on after four attempts without an ack."""
    promised: int = 0
    """How many promised effects the audit has checked."""

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.wrong or self.disordered)


def run_audit(diary: Ledger, facts: Facts, eyes: Observer) -> Audit:
    """Audit every action in the ledger, and every post that was due to a team."""
    account = Audit()
    for thanks in diary.thanks:
        _thanks(account, thanks, facts, eyes)
    for reaction in diary.reactions.values():
        _reaction(account, reaction, facts, eyes)
    _choices(account, diary.choices, facts)
    _rituals(account, facts)
    _order(account, diary.thanks, facts)
    account.doubled += [f"delivery {id}" for id in _more_than_once(facts.deliveries)]
    account.lost += [f"{what} is not known to the bot" for what in facts.unknown]
    return account


def _thanks(account: Audit, thanks: Thanks, facts: Facts, eyes: Observer) -> None:
    rows = facts.rows.get(thanks.words, [])
    if thanks.undo_begun and thanks.shoutout_id in facts.taken_back:
        rows = [*rows, facts.taken_back[thanks.shoutout_id]]
    _count(account, thanks, "row", len(rows), 1 if _is_promised(account, thanks, eyes) else None)
    if len(rows) != 1:
        return
    (row,) = rows
    if is_offered := thanks.way != "appointment" and row.given_at is None and row.undone_at is None:
        _offered(account, thanks, facts.offers[row.id])
    elif not row.is_given and not thanks.undo_begun:
        account.lost.append(f"{thanks.way} {thanks.words}: nobody took it back, and it is gone")
    if thanks.undo_acked and row.is_given:
        account.lost.append(f"{thanks.words}: the undo")
    _told(account, thanks, row.id, facts, int(row.is_given and not is_offered))


def _offered(account: Audit, thanks: Thanks, shown: int) -> None:
    """Check that a giver over the daily limit got exactly one offer to send the thanks later."""
    if thanks.way == "message":
        account.promised += 1
        account.lost += [f"offer of {thanks.words}"] if shown == 0 else []
        account.shown_twice += [f"offer of {thanks.words}"] if shown > 1 else []


def _told(account: Audit, thanks: Thanks, row_id: int, facts: Facts, stands: int) -> None:
    """Check that a shout-out has one card, and one note and credit per receiver, or none of them if it was undone."""
    has_card = stands and thanks.way != "message"
    _count(account, thanks, "card", len(facts.cards[thanks.words]), int(has_card))
    for receiver in thanks.receivers:
        notes = [note for note in facts.notes[thanks.words] if note.who == receiver]
        _count(account, thanks, f"note to {receiver}", len(notes), stands)
        _count(account, thanks, f"credit of {receiver}", facts.credits[row_id, receiver], stands)
    if thanks.way == "message":
        _count(account, thanks, "the bot's reaction", int((thanks.channel, thanks.ts) in facts.reacted), stands)


def _is_promised(account: Audit, thanks: Thanks, eyes: Observer) -> bool:
    if thanks.way != "message":
        return thanks.acked is not None
    what = ("message", thanks.channel, thanks.ts or "")
    if eyes.was_given_up(*what):
        account.given_up += 1
        return False
    return thanks.ts is not None


def _count(account: Audit, thanks: Thanks, what: str, found: int, promised: int | None) -> None:
    """Compare the number of effects found with the number promised; with None, zero and one are both correct."""
    account.promised += promised or 0
    name = f"{thanks.way} {thanks.words}, {what}"
    if found > 1:
        account.doubled.append(name)
    elif promised == 1 and found == 0:
        account.lost.append(name)
    elif promised == 0 and found == 1:
        account.wrong.append(f"{name}: still there")


def _reaction(account: Audit, reaction: Reaction, facts: Facts, eyes: Observer) -> None:
    name = "reaction_added" if reaction.is_on else "reaction_removed"
    if eyes.was_given_up(name, reaction.channel, reaction.ts, reaction.giver):
        account.given_up += 1
        return
    account.promised += 1
    place = f"{reaction.channel}:{reaction.ts}"
    is_credited = (place, reaction.giver, reaction.author) in facts.credited
    if is_credited != (reaction.is_on and (place, reaction.giver) not in facts.beyond):
        account.lost.append(f"{name} of {reaction.giver} on {place}")


def _choices(account: Audit, choices: Sequence[Choice], facts: Facts) -> None:
    """Check that each person's setting is the last one confirmed, or a later one that was never confirmed."""
    for who in {choice.who for choice in choices}:
        theirs = [choice for choice in choices if choice.who == who]
        saved = [number for number, choice in enumerate(theirs) if choice.acked]
        account.promised += bool(saved)
        may_be = {choice.value for choice in theirs[saved[-1] if saved else 0 :]}
        if facts.chosen.get(who) not in may_be | ({None} if not saved else set()):
            account.lost.append(f"choice of {who}: {facts.chosen.get(who)}, not one of {sorted(may_be)}")


def _rituals(account: Audit, facts: Facts) -> None:
    """Check that each team's weekly summary was posted exactly once if it was due, and each daily note was sent."""
    for channel, due in facts.round_ups_due.items():
        found = sum(1 for told in facts.said if told.where == channel and ROUND_UP in told.text)
        account.promised += due
        if found > due:
            account.doubled.append(f"round-up in {channel}")
        if found < due:
            account.lost.append(f"round-up in {channel}")
    account.lost += [f"quiet thanks to {who} were never told" for who in facts.untold]
    account.doubled += [f"quiet thanks told twice: {text}" for text in _more_than_once(facts.bundles)]


def _order(account: Audit, thanks: Iterable[Thanks], facts: Facts) -> None:
    """Check that each conversation is in order: a card confirmed before another was requested comes first."""
    said = {each.words: each for each in thanks if each.acked and each.way in ("command", "form")}
    for where, told in facts.by_conversation(said).items():
        latest = 0.0
        for words in told:
            if (said[words].acked or 0.0) < latest:
                account.disordered.append(f"{words} in {where}")
            latest = max(latest, said[words].begun)


def _more_than_once(these: Iterable[str]) -> list[str]:
    return [each for each, times in Counter(these).items() if times > 1]


def lateness(thanks: Iterable[Thanks], facts: Facts, since: float) -> float:
    """Return how many seconds after `since` the last of the cards promised by then was posted."""
    owed = {each.words for each in thanks if each.acked and each.acked <= since}
    return max([0.0, *(card.at - since for words in owed for card in facts.cards.get(words, []))])
