"""What emoji under a message say: gladness, comfort or sorrow. All other emoji say nothing of either."""

from collections import defaultdict
from collections.abc import Collection, Iterable

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


def matter(emoji: str, own: Collection[str]) -> bool:
    """Tell whether an emoji counts for or against a celebration."""
    return emoji in own or emoji in GLAD or emoji in SORRY or emoji in COMFORT


def glad_people(marks: Iterable[tuple[str, str]], own: Collection[str]) -> int:
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
