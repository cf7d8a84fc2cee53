"""Samples of the web pages that end an install, and of what is said about missing scopes and after a re-install."""

from bot.followups.models import Kind
from bot.messages import installations as pages
from tests.bot.messages.samples.people import show

URL, AGAIN = "https://harbour.slack.com/", "https://steward.example.com/slack/install"

SAMPLES = [
    show("a name with markup", pages.installed, "Harbour & <Sons>", URL),
    show("no workspace yet", pages.installed_in_organization, URL, count=0),
    show("two workspaces", pages.installed_in_organization, URL, count=2),
    *(
        show(name.lower(), pages.failed, getattr(pages, name), AGAIN)
        for name in ("CANCELLED", "STALE", "REFUSED", "SILENT", "BUSY", "FAILED")
    ),
    show("one", pages.missing_scopes, ["dnd:read"], pages.APPS),
    show("two", pages.missing_scopes, ["reactions:write", "im:write"], AGAIN),
    show(
        "with everything", pages.resumed, ["Harbour & <Sons>"], 3, {Kind.PROMISE: 1, Kind.ROADBLOCK: 12, Kind.IDEA: 2}
    ),
    show("without a team", pages.resumed, ["Harbour"], 0, {}),
    show("two workspaces", pages.resumed, ["Harbour", "Quay"], 1, {Kind.PROMISE: 2}),
]
