"""Methods of oauth: the app exchanges the code of an install for a token, and refreshes tokens."""

from sandbox import installs, tokens
from sandbox.api.methods import Call, method
from sandbox.slack_types import Json, SlackError

CODE, REFRESH = "authorization_code", "refresh_token"


@method("oauth.v2.access")
def oauth_access(call: Call) -> Json:
    args = call.args
    installs.check_client(call.workspace.app, args)
    grant = args.get("grant_type", CODE)
    if grant == REFRESH:
        pair = tokens.refresh(call.workspace, args.get("refresh_token", ""))
        return installs.answer(call.workspace) | pair
    if grant != CODE:
        raise SlackError("invalid_grant_type")
    return installs.exchange_code(call.workspace, args.get("code", ""), args.get("redirect_uri") or None)


@method("oauth.v2.exchange")
def oauth_exchange(call: Call) -> Json:
    installs.check_client(call.workspace.app, call.args)
    pair = tokens.exchange(call.workspace, call.token)
    return installs.answer(call.workspace) | pair
