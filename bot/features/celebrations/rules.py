"""Rules of celebrations: which emoji and words count for or against one, and which spike was over early.

An emoji says gladness, comfort or sorrow. All others say nothing of either.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

FEWEST_OTHERS = 5
"""So many others a team has to have had before anybody can say what is usual."""
EARLY_SHARE = 0.5
"""Of the median length: at most half of it is early."""
LEAST = 10
"""So many minutes sooner at least: where queues are calm within a few, half of them is chance."""


def is_early(minutes: int, others: Sequence[int]) -> bool:
    """Whether a spike of so many minutes was over well before the team's usual length."""
    if len(others) < FEWEST_OTHERS:
        return False
    usual = median(others)
    return minutes <= min(EARLY_SHARE * usual, usual - LEAST)


WHAT = "what"
"""The field of a form."""


LONGEST_WORDS = 500


REACTION_PERIOD = timedelta(days=14)
"""So long after a message was written its reactions count; later nobody would know why it is spoken of."""


REACTION_RETENTION = REACTION_PERIOD + timedelta(days=1)


@dataclass(frozen=True)
class ReactionChange:
    """An emoji that somebody put on a message or took away."""

    channel_id: str
    ts: str
    author_id: str
    user_id: str
    emoji: str
    event_ts: str
    is_on: bool


@dataclass(frozen=True)
class WrittenMark:
    """What the words of a message say against a celebration."""

    channel_id: str
    ts: str
    thread: str | None
    """The message that it answers."""
    mark: str | None


def sent_at(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


GLAD = {
    "100", "1st_place_medal", "balloon", "beers", "bottle_with_popping_cork", "champagne", "clap", "clinking_glasses",
    "confetti_ball", "crown", "dancer", "dancers", "face_with_cowboy_hat", "fireworks", "first_place_medal", "gem",
    "grin", "grinning", "grinning_face_with_star_eyes", "heart_eyes", "man_dancing", "medal", "mirror_ball", "muscle",
    "partying_face", "pinata", "raised_hands", "rainbow", "rocket", "smile", "smiley", "sparkler", "sparkles",
    "sports_medal", "star", "star-struck", "star2", "star_struck", "sunglasses", "tada", "trophy", "woman-dancing",
    "woman_dancing",
}  # fmt: skip
"""A team adds its own. Marks of reading, voting and agreeing are left out: they stand under notices and polls."""


SORRY = {
    "-1", "anguished", "angry", "anxious_face_with_sweat", "black_heart", "broken_heart", "candle", "coffin",
    "cold_sweat", "confused", "cry", "crying_cat_face", "disappointed", "disappointed_relieved", "dove",
    "dove_of_peace", "face_holding_back_tears", "fearful", "frowning", "frowning_face", "funeral_urn",
    "grey_heart", "headstone", "heavy_heart", "hugging_face", "hugging", "hugs", "mending_heart", "pensive",
    "people_hugging", "persevere", "rage", "reminder_ribbon", "sad", "sad-heart", "sad_but_relieved_face", "sadness",
    "scream", "slightly_frowning_face", "sob", "thumbsdown", "tired_face", "urn", "weary", "white_frowning_face",
    "wilted_flower", "worried",
}  # fmt: skip
"""One of these is enough: people feel with somebody, and a celebration would hurt."""


COMFORT = {
    "anatomical_heart", "beating_heart", "blue_heart", "blush", "bouquet", "bow", "brown_heart", "cupid",
    "folded_hands", "gift_heart", "green_heart", "hand_with_index_finger_and_thumb_crossed", "heart",
    "heart_hands", "heartbeat", "heartpulse", "hearts", "heavy_heart_exclamation_mark_ornament", "hibiscus",
    "light_blue_heart", "orange_heart", "pink_heart", "pleading_face", "pray", "purple_heart", "revolving_hearts",
    "rose", "sparkling_heart", "two_hearts", "white_flower", "white_heart", "yellow_heart",
}  # fmt: skip
"""They stand under sad news and good news alike; where many are, the news is more likely sad."""


GRIEF, NO_WIN = ":grief", ":no-win"
"""No emoji, but kept like one: what the words of a message, or of its thread, say against a celebration."""


def counts(emoji: str, own: Collection[str]) -> bool:
    """Tell whether an emoji counts for or against a celebration."""
    return emoji in own or emoji in GLAD or emoji in SORRY or emoji in COMFORT


def count_glad_people(marks: Iterable[tuple[str, str]], own: Collection[str]) -> int:
    """Count who is glad, from pairs of person and emoji.

    None where somebody is sorry, and none while at least half as many comfort as are glad.
    """
    by_person: dict[str, set[str]] = defaultdict(set)
    for person, emoji in marks:
        by_person[person].add(emoji)
    if any(said & (SORRY | {GRIEF, NO_WIN}) for said in by_person.values()):
        return 0
    glad = {person for person, said in by_person.items() if said & (GLAD | set(own))}
    comforting = {person for person, said in by_person.items() if said & COMFORT} - glad
    return len(glad) if 2 * len(comforting) < len(glad) else 0
