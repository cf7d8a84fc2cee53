"""The sandbox's front page: the web page for a browser, and a plain-text introduction for curl."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sandbox import browser
from sandbox.controls.endpoints import Endpoint
from sandbox.workspace import Workspace

TEXT = """{name}, a Slack workspace on this machine. Its clock says {now:%A, %d %B %Y, %H:%M} UTC.

People    {people}
Channels  {channels}
Commands  {commands}

Type a command:

  curl {url}/sandbox/commands -d user=maya -d channel=harbour-support -d command={command} -d text=help

Read a channel, or a person's messages with the bot:

  curl '{url}/sandbox/messages?channel=harbour-support&as=maya&limit=5'
  curl '{url}/sandbox/messages?channel=bot&user=ana&as=ana&limit=5'

Move the clock forward:

  curl {url}/sandbox/clock -d forward=PT8H

Everything else is in docs/sandbox.md.
"""


def front(workspace: Workspace) -> Endpoint:
    async def show(request: Request) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return await browser.html(request)
        people = [user["name"] for user in workspace.users() if not user["is_bot"]]
        channels = [f"#{channel['name']}" for channel in workspace.channels() if not channel.get("is_im")]
        commands = [str(command["command"]) for command in workspace.app.commands] or ["/anything"]
        text = TEXT.format(
            name=workspace.team["name"],
            now=workspace.clock.now(),
            people=", ".join(people),
            channels=", ".join(channels),
            commands=", ".join(commands),
            command=commands[0],
            url=workspace.url,
        )
        return PlainTextResponse(text)

    return show
