"""What an admin is told when Slack refuses a call because the app was installed without one of its scopes."""

from collections.abc import Collection

from bot.slack.post import Post

APPS = "https://api.slack.com/apps"
"""Where the app is installed again if the bot has one workspace's token."""
IN_CHANNELS = "see thanks, alerts and quiet times in {} channels, or check that a post has arrived there"
WITHOUT = {
    "channels:history": IN_CHANNELS.format("public"),
    "channels:read": "see who is in a public channel",
    "chat:write": "post anything",
    "commands": "offer commands",
    "dnd:read": "see who has turned on Do Not Disturb, so I may write to them then",
    "files:read": "check that a file has arrived",
    "files:write": "send calendar invitations and tables",
    "groups:history": IN_CHANNELS.format("private"),
    "groups:read": "work in private channels",
    "im:history": "answer direct messages, or check that one has arrived",
    "im:write": "start a conversation with anyone",
    "reactions:read": "count a reaction as thanks or as a vote",
    "reactions:write": "confirm a shout-out with a reaction",
    "usergroups:read": "thank the people in a user group",
    "users:read": "see names, time zones and who has left",
}
"""For each scope of app.yaml, what Steward cannot do without it: "I can't …"."""


def missing(scopes: Collection[str], link: str) -> Post:
    """Tell an admin which scopes are missing, what does not work without them, and where to add them."""
    effects = "\n".join(f"• `{scope}`: I can't {WITHOUT[scope]}." for scope in sorted(scopes))
    return Post(
        f"Slack hasn't given me every permission that I need here:\n{effects}\n"
        f"Everything else works. <{link}|Install Steward again> to add this; your settings stay."
    )
