"""The team's thank-you emoji in messages about shout-outs."""

from bot.features.shoutouts.settings import Settings
from bot.messages.shoutouts import cards, lists
from tests.bot.messages.samples.people import ANA, MAYA, URL, team
from tests.bot.messages.samples.shoutouts import CALLED, ONE, PLACE, REACTION, RECEIVERS

OWN = team()
Settings.of(OWN).model_copy(update={"reaction": "clap"}).keep(OWN)


def test_messages_show_the_emoji_that_the_team_chose() -> None:
    posts = [
        cards.card(ONE, OWN, URL),
        cards.note(ONE, OWN, ANA.id, URL),
        cards.daily_note(OWN, [(PLACE, [MAYA.id])], URL),
        lists.weekly_summary(OWN, [ONE, REACTION], RECEIVERS, CALLED, 1),
        lists.week_of_team(OWN, [ONE], RECEIVERS, 1),
    ]

    for post in posts:
        assert ":clap:" in str(post.payload())
        assert ":raised_hands:" not in str(post.payload())
