"""What people see of an install: the web pages that end it, and what is said when a scope was not granted."""

from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from bot.followups.models import Kind
from bot.slack import mrkdwn
from bot.slack.post import Post

STYLE = """
:root { color-scheme: light dark; --page: #f4f6f5; --card: #fff; --text: #1b2424; --soft: #4d5b5a; --brand: #1f5f5b;
  --on-brand: #fff; --line: #dde4e2 }
@media (prefers-color-scheme: dark) {
  :root { --page: #121918; --card: #1b2423; --text: #eef3f2; --soft: #b3c1bf; --brand: #8fd0c8; --on-brand: #0d2422;
    --line: #2d3a38 }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--page);
  color: var(--text); font: 17px/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 460px; padding: 36px 32px; background: var(--card); border: 1px solid var(--line);
  border-radius: 16px }
h1 { margin: 0 0 12px; font-size: 26px; line-height: 1.25; text-wrap: balance }
p { margin: 0 0 28px; color: var(--soft); overflow-wrap: anywhere }
a { display: inline-block; padding: 12px 24px; border-radius: 10px; background: var(--brand); color: var(--on-brand);
  font-weight: 600; text-decoration: none }
a:hover { filter: brightness(1.08) }
a:focus-visible { outline: 3px solid var(--brand); outline-offset: 3px }
code { padding: 1px 6px; border-radius: 6px; background: var(--page); color: var(--text); font-size: 15px }
@media (max-width: 420px) { main { padding: 28px 22px } }
"""
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of the pages, which allows their own style and nothing else."""
START_AGAIN = "Start again"
CANCELLED = ("You cancelled the installation", "Nothing has changed in Slack.")
STALE = (
    "This install link no longer works",
    "A link works once, within ten minutes and in the browser that opened it.",
)
REFUSED = ("Slack didn't accept the install", "If it happens again, ask whoever runs Steward to look at its log.")
SILENT = ("Slack didn't answer in time", "Please start again in a minute.")
BUSY = ("Too many people are installing Steward right now", "Please start again in a few seconds.")
FAILED = ("That's a bug on Steward's side", "It's in Steward's log. Please start again in a minute.")
"""The title and the sentence of each failure. None says that Steward isn't installed, because it may be already."""


@dataclass(frozen=True)
class Page:
    title: str
    sentence: str
    """HTML."""
    button: str
    url: str

    def html(self) -> str:
        return (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(self.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
            f"<h1>{escape(self.title)}</h1>\n<p>{self.sentence}</p>\n"
            f'<a href="{escape(self.url)}">{escape(self.button)}</a>\n</main>\n</body>\n</html>\n'
        )


def installed(name: str, url: str) -> Page:
    """Return the page after an install in a workspace, with its address in Slack."""
    sentence = "Next, invite Steward to your support team's channel and type <code>/steward setup</code> there."
    return Page(f"Steward is installed in {name}", sentence, "Open Slack", url)


def installed_in_organization(url: str, *, count: int) -> Page:
    """Return the page after an org-wide install that covers `count` workspaces so far."""
    if count:
        sentence = "Next, type <code>/steward setup</code> in the channel of each support team."
    else:
        sentence = "Next, add Steward to the workspaces that need it: an org admin does that in Slack, under Apps."
    return Page("Steward is installed in your organisation", sentence, "Open Slack", url)


def failed(failure: tuple[str, str], install_url: str) -> Page:
    """Return the page after an install that did not go through, with a button that starts again."""
    title, sentence = failure
    return Page(title, escape(sentence, quote=False), START_AGAIN, install_url)


APPS = "https://api.slack.com/apps"
"""Where the app is installed again if the bot has one workspace's token."""
IN_CHANNELS = "see thanks, alerts and quiet times in {} channels, or check that a post has arrived there"
WITHOUT = {
    "channels:history": IN_CHANNELS.format("public"),
    "channels:read": "see who is in a public channel",
    "chat:write": "post anything",
    "commands": "offer commands",
    "dnd:read": "see who has turned on Do Not Disturb, so I may message people while it's on",
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


def missing_scopes(scopes: Collection[str], link: str) -> Post:
    """Tell an admin which scopes are missing, what does not work without them, and where to add them."""
    effects = "\n".join(f"• `{scope}`: I can't {WITHOUT[scope]}." for scope in sorted(scopes))
    these = "this" if len(scopes) == 1 else "them"
    return Post(
        f"Slack hasn't given me every permission that I need here:\n{effects}\n"
        f"Everything else works. <{link}|Install Steward again> to add {these}; you'll keep your settings."
    )


OPEN_ONES = {Kind.ROADBLOCK: "roadblock", Kind.IDEA: "idea", Kind.PROMISE: "promise"}


def resumed(names: Sequence[str], teams: int, open_ones: Mapping[Kind, int]) -> Post:
    """Tell the installer what was kept while the app was uninstalled, and that nothing old is sent."""
    where = names[0] if len(names) == 1 else f"{len(names)} workspaces"
    kept = [mrkdwn.count_noun(teams, "team")] if teams else []
    kept += [
        mrkdwn.count_noun(open_ones[kind], f"open {name}") for kind, name in OPEN_ONES.items() if open_ones.get(kind)
    ]
    kept += ["all settings"]
    return Post(
        f"I'm back in {mrkdwn.escape(where)}. I kept {mrkdwn.comma_joined(kept)}. I won't send what was due while I was"
        " away; reminders and rituals pick up from here."
    )
