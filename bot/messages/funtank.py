"""What `/funtank` understands."""

from bot.messages.post import Post

WORDS = {
    "celebrate the backlog is at zero": "tells your team what there is to be glad about; without words it opens a form",
    "rituals": "shows the team's rituals: when, who hosts next; whoever leads changes them there",
    "help": "shows this",
}


def usage() -> Post:
    words = "\n".join(f"• `/funtank {word}` {what}" for word, what in WORDS.items())
    return Post(
        "*The fun tank*\n• `/funtank` shows how much joy the team has in store, what moved it, and what would help\n"
        f"{words}"
    )
