"""Examples for each Web API method: a call that Slack accepts, and rejected calls with the documented error."""

from typing import Any

Json = dict[str, Any]
Wrong = tuple[Json, str]

SUPPORT, ANA, BEN, BOT = "C0HARBOURS", "U0ANA00000", "U0BEN00000", "U0STEWARD0"
NOT_IN, ARCHIVED, PRIVATE = "{not_in}", "{archived}", "{private}"
WORDS: Json = {"channel": SUPPORT, "text": "words"}
NOWHERE: Json = {"channel": "C0NOWHERE0"}
MODAL: Json = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Thanks"},
    "blocks": [{"type": "divider"}],
}
HOME: Json = {"type": "home", "blocks": [{"type": "divider"}]}
BAD_BLOCKS: Json = {"blocks": [{"type": "poem"}]}
CLIENT: Json = {"client_id": "{client_id}", "client_secret": "{client_secret}"}
PNG: Json = {"filename": "a.png", "length": 3}

_POSTED: list[Wrong] = [
    (WORDS | NOWHERE, "channel_not_found"),
    (WORDS | {"channel": NOT_IN}, "not_in_channel"),
    (WORDS | {"channel": ARCHIVED}, "is_archived"),
    (WORDS | {"channel": PRIVATE}, "channel_not_found"),
    (WORDS | {"text": ""}, "no_text"),
    (WORDS | BAD_BLOCKS, "invalid_blocks"),
    (WORDS | {"blocks": "words"}, "invalid_blocks_format"),
    (WORDS | {"blocks": ["words"]}, "invalid_blocks_format"),
    (WORDS | {"attachments": [{"text": "a"}] * 101}, "too_many_attachments"),
    (WORDS | {"markdown_text": "**words**"}, "markdown_text_conflict"),
]
_REPLY: Wrong = (WORDS | {"thread_ts": "1.000001"}, "cannot_reply_to_message")
_METADATA: list[Wrong] = [
    (WORDS | {"metadata": {"event_type": 7}}, "invalid_metadata_format"),
    (WORDS | {"metadata": {"event_type": "x", "event_payload": {"a": "x" * 16_000}}}, "metadata_too_large"),
]
_READ: list[Wrong] = [
    ({"channel": "C0NOWHERE0", "ts": "{ts}"}, "channel_not_found"),
    ({"channel": SUPPORT, "ts": "{ts}", "cursor": "no"}, "invalid_cursor"),
    ({"channel": SUPPORT, "ts": "{ts}", "limit": 1001}, "invalid_limit"),
    ({"channel": SUPPORT, "ts": "{ts}", "oldest": "then"}, "invalid_ts_oldest"),
    ({"channel": SUPPORT, "ts": "{ts}", "latest": "then"}, "invalid_ts_latest"),
]
_ITEM: list[Wrong] = [
    ({"name": "tada"}, "no_item_specified"),
    ({"name": "tada", "channel": "C0NOWHERE0", "timestamp": "{ts}"}, "channel_not_found"),
    ({"name": "tada", "channel": SUPPORT, "timestamp": "then"}, "bad_timestamp"),
    ({"name": "tada", "channel": SUPPORT, "timestamp": "1.000001"}, "message_not_found"),
]

METHODS: dict[str, tuple[Json, list[Wrong]]] = {
    "api.test": ({"foo": "bar"}, [({"error": "my_error"}, "my_error")]),
    "apps.connections.open": ({}, []),
    "apps.uninstall": (
        CLIENT,
        [
            (CLIENT | {"client_id": "1.2"}, "invalid_client_id"),
            (CLIENT | {"client_secret": "no"}, "bad_client_secret"),
        ],
    ),
    "auth.revoke": ({"test": True}, []),
    "auth.teams.list": ({}, [({"cursor": "no"}, "invalid_cursor"), ({"limit": 1001}, "invalid_limit")]),
    "auth.test": ({}, []),
    "blocks.validate": (
        {"blocks": [{"type": "divider"}]},
        [
            (BAD_BLOCKS, "invalid_blocks"),
            ({"message": BAD_BLOCKS}, "invalid_message"),
            ({"view": HOME | BAD_BLOCKS}, "invalid_view"),
            ({}, "invalid_arguments"),
            ({"view": HOME, "blocks": []}, "invalid_arguments"),
        ],
    ),
    "bots.info": ({"bot": "B0QUEUEWATCH"}, [({"bot": "B0"}, "bot_not_found")]),
    "chat.postMessage": (WORDS, [*_POSTED, *_METADATA, _REPLY]),
    "chat.postEphemeral": (
        WORDS | {"user": ANA},
        [(args | {"user": ANA}, error) for args, error in [*_POSTED, _REPLY]]
        + [
            (WORDS | {"user": "U0NOBODY00"}, "user_not_in_channel"),
            (WORDS | {"user": ANA, "text": "x" * 40_001}, "msg_too_long"),
        ],
    ),
    "chat.update": (
        WORDS | {"ts": "{ts}"},
        [
            (WORDS | NOWHERE | {"ts": "{ts}"}, "channel_not_found"),
            (WORDS | {"ts": "1.000001"}, "message_not_found"),
            (WORDS | {"ts": "{anas}"}, "cant_update_message"),
            (WORDS | {"ts": "{ts}", "text": ""}, "no_text"),
            (WORDS | {"ts": "{ts}", "text": "x" * 4001}, "msg_too_long"),
            (WORDS | {"ts": "{ts}"} | BAD_BLOCKS, "invalid_blocks"),
            (WORDS | {"ts": "{ts}", "blocks": "words"}, "invalid_blocks_format"),
        ],
    ),
    "chat.delete": (
        {"channel": SUPPORT, "ts": "{another}"},
        [
            ({"channel": "C0NOWHERE0", "ts": "{ts}"}, "channel_not_found"),
            ({"channel": SUPPORT, "ts": "1.000001"}, "message_not_found"),
            ({"channel": SUPPORT, "ts": "{anas}"}, "cant_delete_message"),
        ],
    ),
    "chat.getPermalink": (
        {"channel": SUPPORT, "message_ts": "{ts}"},
        [
            ({"channel": "C0NOWHERE0", "message_ts": "{ts}"}, "channel_not_found"),
            ({"channel": SUPPORT, "message_ts": "1.000001"}, "message_not_found"),
        ],
    ),
    "chat.scheduleMessage": (
        WORDS | {"post_at": "{tomorrow}"},
        [(args | {"post_at": "{tomorrow}"}, error) for args, error in _POSTED + _METADATA]
        + [
            (WORDS | {"post_at": 1}, "time_in_past"),
            (WORDS | {"post_at": 9_999_999_999}, "time_too_far"),
            (WORDS | {"post_at": "{tomorrow}", "text": "x" * 40_001}, "msg_too_long"),
        ],
    ),
    "chat.scheduledMessages.list": ({}, [({"cursor": "no"}, "invalid_cursor")]),
    "chat.deleteScheduledMessage": (
        {"channel": SUPPORT, "scheduled_message_id": "{scheduled}"},
        [({"channel": SUPPORT, "scheduled_message_id": "Q0"}, "invalid_scheduled_message_id")],
    ),
    "conversations.history": ({"channel": SUPPORT}, [*_READ, ({"channel": NOT_IN}, "not_in_channel")]),
    "conversations.replies": (
        {"channel": SUPPORT, "ts": "{ts}"},
        [*_READ, ({"channel": SUPPORT, "ts": "1.000001"}, "thread_not_found")],
    ),
    "conversations.info": ({"channel": SUPPORT}, [(NOWHERE, "channel_not_found")]),
    "conversations.join": (
        {"channel": "C0GENERAL0"},
        [
            (NOWHERE, "channel_not_found"),
            ({"channel": ARCHIVED}, "is_archived"),
            ({"channel": "{dm}"}, "method_not_supported_for_channel_type"),
        ],
    ),
    "conversations.list": (
        {"types": "public_channel,im", "exclude_archived": True},
        [
            ({"types": "secret"}, "invalid_types"),
            ({"limit": 1001}, "invalid_limit"),
            ({"cursor": "no"}, "invalid_cursor"),
        ],
    ),
    "conversations.members": (
        {"channel": SUPPORT},
        [
            (NOWHERE, "channel_not_found"),
            ({"channel": SUPPORT, "limit": -1}, "invalid_limit"),
            ({"channel": SUPPORT, "cursor": "no"}, "invalid_cursor"),
        ],
    ),
    "conversations.open": (
        {"users": ANA, "return_im": True},
        [
            ({}, "users_list_not_supplied"),
            ({"users": "U0NOBODY00"}, "user_not_found"),
            ({"users": "{gone}"}, "user_disabled"),
            ({"users": f"{ANA},{BEN}"}, "method_not_supported_for_channel_type"),
            ({"users": BEN, "prevent_creation": True}, "channel_not_found"),
            (NOWHERE, "channel_not_found"),
        ],
    ),
    "dnd.info": ({"user": ANA}, [({"user": "U0NOBODY00"}, "user_not_found")]),
    "dnd.teamInfo": ({"users": ANA}, [({"users": ","}, "no_users_provided")]),
    "files.getUploadURLExternal": (
        PNG,
        [
            (PNG | {"length": 0}, "missing_argument"),
            (PNG | {"alt_txt": "x" * 1001}, "alt_txt_too_large"),
        ],
    ),
    "files.completeUploadExternal": (
        {"files": [{"id": "{file}"}], "channel_id": SUPPORT},
        [
            ({"files": [{"id": "F0"}]}, "file_not_found"),
            ({"files": [{}]}, "invalid_arguments"),
            ({"files": [{"id": "{file}"}], "channel_id": "C0NOWHERE0"}, "channel_not_found"),
            ({"files": [{"id": "{file}"}], "channel_id": NOT_IN}, "not_in_channel"),
            ({"files": [{"id": "{file}"}], "channels": ",".join([SUPPORT] * 101)}, "channels_limit_exceeded"),
            ({"files": [{"id": "{file}"}]} | BAD_BLOCKS, "invalid_blocks"),
        ],
    ),
    "files.delete": ({"file": "{old_file}"}, [({"file": "F0"}, "file_not_found")]),
    "files.info": ({"file": "{file}"}, [({"file": "F0"}, "file_not_found")]),
    "oauth.v2.access": (
        CLIENT | {"code": "{code}"},
        [
            (CLIENT | {"code": "{code}", "client_id": "1.2"}, "invalid_client_id"),
            ({"code": "{code}"}, "invalid_client_id"),
            (CLIENT | {"code": "{code}", "client_secret": "no"}, "bad_client_secret"),
            (CLIENT | {"code": "1.2.3"}, "invalid_code"),
            (CLIENT, "invalid_code"),
            (CLIENT | {"code": "{code}", "redirect_uri": "https://bot.example/there"}, "bad_redirect_uri"),
            (CLIENT | {"code": "{code}", "grant_type": "password"}, "invalid_grant_type"),
        ],
    ),
    "oauth.v2.exchange": (  # succeeds with token rotation only: see test_token_rotation.py
        CLIENT,
        [
            (CLIENT, "token_rotation_not_enabled"),
            (CLIENT | {"client_id": "1.2"}, "invalid_client_id"),
            (CLIENT | {"client_secret": "no"}, "bad_client_secret"),
        ],
    ),
    "reactions.add": (
        {"name": "tada", "channel": SUPPORT, "timestamp": "{anas}"},
        [
            *_ITEM,
            ({"name": "two words", "channel": SUPPORT, "timestamp": "{ts}"}, "invalid_name"),
            ({"name": "wave", "channel": SUPPORT, "timestamp": "{ts}"}, "already_reacted"),
            ({"name": "tada", "channel": ARCHIVED, "timestamp": "{old}"}, "is_archived"),
        ],
    ),
    "reactions.remove": (
        {"name": "wave", "channel": SUPPORT, "timestamp": "{waved}"},
        [
            *_ITEM,
            ({"name": "two words", "channel": SUPPORT, "timestamp": "{ts}"}, "invalid_name"),
            ({"name": "tada", "channel": SUPPORT, "timestamp": "{ts}"}, "no_reaction"),
        ],
    ),
    "reactions.get": ({"channel": SUPPORT, "timestamp": "{ts}"}, _ITEM),
    "team.info": ({}, [({"team": "T0NOWHERE0"}, "team_not_found")]),
    "usergroups.list": ({"include_users": True, "include_count": True}, []),
    "usergroups.users.list": ({"usergroup": "S0NIGHTSHIFT"}, [({"usergroup": "S0"}, "no_such_subteam")]),
    "users.getPresence": ({"user": ANA}, [({"user": "U0NOBODY00"}, "user_not_found")]),
    "users.info": ({"user": ANA, "include_locale": True}, [({"user": "U0NOBODY00"}, "user_not_found")]),
    "users.list": ({"limit": 2}, [({"cursor": "no"}, "invalid_cursor")]),
    "users.lookupByEmail": ({"email": "ana@harbour.example"}, [({"email": "a@b.c"}, "users_not_found")]),
    "users.profile.get": ({"user": ANA}, [({"user": "U0NOBODY00"}, "user_not_found")]),
    "views.open": (
        {"trigger_id": "{trigger}", "view": MODAL},
        [
            ({"view": MODAL}, "invalid_arguments"),
            ({"trigger_id": "1.2.x", "view": MODAL}, "invalid_trigger_id"),
            ({"trigger_id": "{spent}", "view": MODAL}, "exchanged_trigger_id"),
            ({"trigger_id": "{late}", "view": MODAL}, "expired_trigger_id"),
            ({"trigger_id": "{trigger}", "view": MODAL | {"external_id": "taken"}}, "duplicate_external_id"),
            ({"trigger_id": "{trigger}", "view": MODAL | BAD_BLOCKS}, "invalid_arguments"),
        ],
    ),
    "views.push": (
        {"trigger_id": "{in_view}", "view": MODAL},
        [
            ({"trigger_id": "1.2.x", "view": MODAL}, "invalid_trigger_id"),
            ({"trigger_id": "{spent}", "view": MODAL}, "exchanged_trigger_id"),
            ({"trigger_id": "{late}", "view": MODAL}, "expired_trigger_id"),
            ({"trigger_id": "{trigger}", "view": MODAL}, "not_found"),
        ],
    ),
    "views.update": (
        {"view_id": "{view}", "view": MODAL},
        [
            ({"view": MODAL}, "invalid_arguments"),
            ({"view_id": "V0", "external_id": "x", "view": MODAL}, "invalid_arguments"),
            ({"view_id": "V0", "view": MODAL}, "not_found"),
            ({"view_id": "{view}", "hash": "1.old", "view": MODAL}, "hash_conflict"),
        ],
    ),
    "views.publish": (
        {"user_id": BEN, "view": HOME},
        [
            ({"user_id": "U0NOBODY00", "view": HOME}, "user_not_found"),
            ({"user_id": ANA, "hash": "1.old", "view": HOME}, "hash_conflict"),
            ({"user_id": BEN, "view": MODAL}, "invalid_arguments"),
        ],
    ),
}
