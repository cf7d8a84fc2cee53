"""The consent page of OAuth, `/oauth/v2/authorize`, where a person allows or refuses the app."""

from starlette.requests import Request
from starlette.responses import Response

from sandbox import browser
from sandbox.controls import installs
from sandbox.controls.endpoints import Endpoint, on_workspace
from sandbox.slack import Slack
from sandbox.slack_types import SlackError

FIELDS = {
    "client_id": "client_id",
    "scope": "scopes",
    "redirect_uri": "redirect",
    "state": "state",
    "team": "workspace",
}
"""The parameters of the page, and the fields of the control that has the same meaning."""


def authorize(slack: Slack) -> Endpoint:
    async def show(request: Request) -> Response:
        """Serve the page; with HTTP 400 if what the app asks for is wrong, in which case the page shows why."""
        page = await browser.consent(request)
        asked = {"client_id": "", "scopes": ""}
        asked |= {field: request.query_params[name] for name, field in FIELDS.items() if name in request.query_params}
        try:
            await on_workspace(slack, installs.consent, asked)
        except SlackError:
            page.status_code = max(page.status_code, 400)
        return page

    return show
