"""Rules of celebrations: which emoji and words count for or against a celebration, and which spikes ended early.

An emoji means joy, comfort or sorrow; all others are neutral.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

FEWEST_OTHERS = 5
"""How many other spikes a team must have had before a usual length is known."""
EARLY_SHARE = 0.5
"""A spike is early if it lasts at most this share of the median length."""
LEAST = 10
"""Minimum minutes below the median: if spikes last only a few minutes, half of the median is chance."""


def is_early(minutes: int, others: Sequence[int]) -> bool:
    """Return whether a spike that lasted this many minutes was much shorter than the team's spikes usually are."""
    if len(others) < FEWEST_OTHERS:
        return False
    usual = median(others)
    return minutes <= min(EARLY_SHARE * usual, usual - LEAST)


WHAT = "what"
"""The name of a form field."""


LONGEST_WORDS = 500


REACTION_PERIOD = timedelta(days=14)
"""How long reactions to a message count; a celebration of an older message would puzzle people."""


REACTION_RETENTION = REACTION_PERIOD + timedelta(days=1)


@dataclass(frozen=True)
class ReactionChange:
    """A reaction that somebody added or removed."""

    channel_id: str
    ts: str
    author_id: str
    user_id: str
    emoji: str
    event_ts: str
    is_on: bool


@dataclass(frozen=True)
class WrittenMark:
    """A reason not to celebrate a message, found in its text."""

    channel_id: str
    ts: str
    thread: str | None
    """The `ts` of the parent message, if the message is a reply."""
    mark: str | None


def sent_at(ts: str) -> datetime:
    """Convert a Slack timestamp to a datetime."""
    return datetime.fromtimestamp(float(ts), UTC)


GLAD = {
    "100", "1st_place_medal", "balloon", "beers", "bottle_with_popping_cork", "champagne", "clap", "clinking_glasses",
    "confetti_ball", "crown", "dancer", "dancers", "face_with_cowboy_hat", "fireworks", "first_place_medal", "gem",
    "grin", "grinning", "grinning_face_with_star_eyes", "heart_eyes", "man_dancing", "medal", "mirror_ball", "muscle",
    "partying_face", "pinata", "raised_hands", "rainbow", "rocket", "smile", "smiley", "sparkler", "sparkles",
    "sports_medal", "star", "star-struck", "star2", "star_struck", "sunglasses", "tada", "trophy", "woman-dancing",
    "woman_dancing",
}  # fmt: skip
"""Joy; a team can add its own. Emoji for reading, voting and agreeing are left out, as notices and polls get them."""


SORRY = {
    "-1", "anguished", "angry", "anxious_face_with_sweat", "black_heart", "broken_heart", "candle", "coffin",
    "cold_sweat", "confused", "cry", "crying_cat_face", "disappointed", "disappointed_relieved", "dove",
    "dove_of_peace", "face_holding_back_tears", "fearful", "frowning", "frowning_face", "funeral_urn",
    "grey_heart", "headstone", "heavy_heart", "hugging_face", "hugging", "hugs", "mending_heart", "pensive",
    "people_hugging", "persevere", "rage", "reminder_ribbon", "sad", "sad-heart", "sad_but_relieved_face", "sadness",
    "scream", "slightly_frowning_face", "sob", "thumbsdown", "tired_face", "urn", "weary", "white_frowning_face",
    "wilted_flower", "worried",
}  # fmt: skip
"""Sorrow. One of these is enough: people feel for somebody, and a celebration would hurt."""


COMFORT = {
    "anatomical_heart", "beating_heart", "blue_heart", "blush", "bouquet", "bow", "brown_heart", "cupid",
    "folded_hands", "gift_heart", "green_heart", "hand_with_index_finger_and_thumb_crossed", "heart",
    "heart_hands", "heartbeat", "heartpulse", "hearts", "heavy_heart_exclamation_mark_ornament", "hibiscus",
    "light_blue_heart", "orange_heart", "pink_heart", "pleading_face", "pray", "purple_heart", "revolving_hearts",
    "rose", "sparkling_heart", "two_hearts", "white_flower", "white_heart", "yellow_heart",
}  # fmt: skip
"""Comfort. People add these to sad and good news alike; if there are many, the news is more likely sad."""


GRIEF, NO_WIN = ":grief", ":no-win"
"""Stored like emoji: the reasons in the text of a message, or of its thread, not to celebrate it."""


def is_counted_emoji(emoji: str, own: Collection[str]) -> bool:
    """Return whether an emoji counts for or against a celebration."""
    return emoji in own or emoji in GLAD or emoji in SORRY or emoji in COMFORT


def count_glad_people(marks: Iterable[tuple[str, str]], own: Collection[str]) -> int:
    """Count the people who are glad, from pairs of person and emoji.

    Returns 0 if anybody is sorry, or if at least half as many people comfort as are glad.
    """
    by_person: dict[str, set[str]] = defaultdict(set)
    for person, emoji in marks:
        by_person[person].add(emoji)
    if any(said & (SORRY | {GRIEF, NO_WIN}) for said in by_person.values()):
        return 0
    glad = {person for person, said in by_person.items() if said & (GLAD | set(own))}
    comforting = {person for person, said in by_person.items() if said & COMFORT} - glad
    return len(glad) if 2 * len(comforting) < len(glad) else 0
