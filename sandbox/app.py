"""The app: its ids, tokens and secrets, and the commands, scopes and events its manifest allows."""

import secrets
from typing import Any

from sandbox import seed
from sandbox.slack_types import Json
from sandbox.store import Store

CHANNEL_KINDS = {"channels": "channel", "groups": "group", "im": "im", "mpim": "mpim"}


class App:
    """The only app in the workspace. Without a manifest, every command, scope and event is allowed."""

    id = seed.app_id(seed.BOT)
    bot_user_id = seed.BOT_USER
    bot_id = seed.BOT

    def __init__(self, manifest: Json | None) -> None:
        self.manifest = manifest or {}
        self.is_free = manifest is None
        self.name = str(_at(self.manifest, "features", "bot_user", "display_name") or "steward").lower()
        self.scopes: list[str] = _at(self.manifest, "oauth_config", "scopes", "bot") or []
        self.events: list[str] = _at(self.manifest, "settings", "event_subscriptions", "bot_events") or []
        self.metadata: list[Json] = (
            _at(self.manifest, "settings", "event_subscriptions", "metadata_subscriptions") or []
        )
        self.redirect_urls: list[str] = _at(self.manifest, "oauth_config", "redirect_urls") or []
        self.install_url: str | None = None
        """Where installs from the page begin; None for the consent page."""
        self.commands: list[Json] = _at(self.manifest, "features", "slash_commands") or []
        self.shortcuts: list[Json] = _at(self.manifest, "features", "shortcuts") or []
        app_home: Json = _at(self.manifest, "features", "app_home") or {}
        self.has_home = self.is_free or bool(app_home.get("home_tab_enabled"))
        self.has_socket_mode = _at(self.manifest, "settings", "socket_mode_enabled") is not False
        self.has_messages = bool(app_home.get("messages_tab_enabled", True))

    def load_secrets(self, store: Store) -> None:
        """Load the tokens and secrets from the store, generating them if the data folder is new."""
        kept = {
            "bot_token": new_bot_token(),
            "app_token": f"xapp-1-{self.id}-{secrets.randbelow(10**12):012}-{secrets.token_hex(32)}",
            "signing_secret": secrets.token_hex(16),
            "verification": secrets.token_urlsafe(18),
            "client_id": f"{secrets.randbelow(10**12):012}.{secrets.randbelow(10**13):013}",
            "client_secret": secrets.token_hex(16),
        } | (store.get("meta", "secrets") or {})
        store.put("meta", "secrets", kept)
        self.bot_token: str = kept["bot_token"]
        self.app_token: str = kept["app_token"]
        self.signing_secret: str = kept["signing_secret"]
        self.verification: str = kept["verification"]
        self.client_id: str = kept["client_id"]
        self.client_secret: str = kept["client_secret"]
        is_on = _at(self.manifest, "settings", "token_rotation_enabled") or store.get("meta", "token_rotation")
        self.rotates = bool(is_on)
        """Whether the app's new tokens expire; once on, it stays on."""

    def hears(self, event: str) -> bool:
        return self.is_free or event in self.events

    def hears_metadata(self, event_type: str, app_id: str) -> bool:
        """Return whether the app subscribes to metadata of this type by that app; `*` in the manifest matches any."""
        wanted = ((each.get("event_type"), each.get("app_id", "*")) for each in self.metadata)
        return self.is_free or any(kind in (event_type, "*") and by in (app_id, "*") for kind, by in wanted)

    def command(self, name: str) -> Json | None:
        if self.is_free:
            return {"command": name, "should_escape": True}
        return next((command for command in self.commands if command["command"] == name), None)

    def shortcut(self, callback_id: str, kind: str) -> bool:
        """Return whether the manifest defines this shortcut; `kind` is `message` or `global`."""
        offered = ((each["callback_id"], each["type"]) for each in self.shortcuts)
        return self.is_free or (callback_id, kind) in offered


def new_bot_token() -> str:
    return f"xoxb-{secrets.randbelow(10**12):012}-{secrets.token_hex(12)}"


def _at(manifest: Json, *path: str) -> Any:
    found: Any = manifest
    for key in path:
        found = (found or {}).get(key)
    return found
