"""OAuth scopes in words, for the consent page, and all scopes that the sandbox knows."""

from sandbox.api.arguments import FACTS

WORDS = {
    "app_mentions:read": "See messages that mention the app",
    "channels:history": "Read messages in public channels it has been added to",
    "channels:join": "Join public channels",
    "channels:manage": "Manage public channels, and create new ones",
    "channels:read": "See basic information about public channels",
    "chat:write": "Send messages as the app",
    "chat:write.customize": "Send messages with a customized name and picture",
    "chat:write.public": "Send messages to public channels it has not been added to",
    "commands": "Add shortcuts and slash commands that people can use",
    "dnd:read": "See people's Do Not Disturb settings",
    "files:read": "See files shared in conversations it has been added to",
    "files:write": "Upload, edit and delete files as the app",
    "groups:history": "Read messages in private channels it has been added to",
    "groups:read": "See basic information about private channels it has been added to",
    "groups:write": "Manage private channels it has been added to, and create new ones",
    "im:history": "Read messages in its direct messages",
    "im:read": "See basic information about its direct messages",
    "im:write": "Start direct messages with people",
    "mpim:history": "Read messages in group direct messages it has been added to",
    "mpim:read": "See basic information about group direct messages it has been added to",
    "mpim:write": "Start group direct messages with people",
    "reactions:read": "See emoji reactions in conversations it has been added to",
    "reactions:write": "Add and change emoji reactions",
    "team:read": "See the name, domain and icon of the workspace",
    "usergroups:read": "See user groups",
    "users.profile:read": "See people's profiles",
    "users:read": "See people in the workspace",
    "users:read.email": "See people's email addresses",
}
ALL = sorted({scope for facts in FACTS.values() for scope in facts["scopes"]} | WORDS.keys())


def in_words(scope: str) -> str:
    return WORDS.get(scope, scope)
