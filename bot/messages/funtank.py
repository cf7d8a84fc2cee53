"""What `/funtank` understands."""

from bot.messages.post import Post

WORDS = {
    "celebrate the backlog is at zero": "tells your team what there is to be glad about; without words it opens a form",
    "help": "shows this",
}


def usage() -> Post:
    words = "\n".join(f"• `/funtank {word}` {what}" for word, what in WORDS.items())
    return Post(f"*The fun tank*\n{words}")


def not_understood(near: str | None) -> str:
    if near:
        return f"Did you mean `/funtank {near}`? `/funtank help` lists all I understand."
    return "I do not know that one. `/funtank help` lists what I understand, like `/funtank celebrate`."
