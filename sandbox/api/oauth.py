"""Methods of oauth: the app exchanges the code of an install for a token."""

from sandbox import installs
from sandbox.api.methods import Call, method
from sandbox.slack_types import Json, SlackError

CODE = "authorization_code"


@method("oauth.v2.access")
def oauth_access(call: Call) -> Json:
    args = call.args
    installs.check_client(call.workspace.app, args)
    if args.get("grant_type", CODE) != CODE:
        raise SlackError("invalid_grant_type")
    return installs.exchange_code(call.workspace, args.get("code", ""), args.get("redirect_uri") or None)
