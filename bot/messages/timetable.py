"""What a team hears when a ritual could not be kept."""

from bot.messages.post import Post


def missed(title: str) -> Post:
    return Post(text=f"{title} did not work this time, and I am sorry. Nothing you wrote is lost.")
