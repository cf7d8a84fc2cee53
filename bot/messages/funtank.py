"""What `/funtank` understands."""

from bot.messages.post import Post
from bot.messages.text import escape, shortened

WORDS = {
    "celebrate the backlog is at zero": "tells your team what there is to be glad about; without words it opens a form",
    "rituals": "shows the team's rituals: when, who hosts next; whoever leads changes them there",
    "help": "shows this",
}


def usage() -> Post:
    words = "\n".join(f"• `/funtank {word}` {what}" for word, what in WORDS.items())
    return Post(f"*The fun tank*\n{words}")


def not_understood(word: str, near: str | None) -> str:
    if near:
        return f"Did you mean `/funtank {near}`? `/funtank help` lists all I understand."
    return f"I do not know “{escape(shortened(word, 30))}”. `/funtank help` lists what I understand."
