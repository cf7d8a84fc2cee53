"""Every table of the first release. It never changes: what comes later is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0200"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "keyring",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keyring")),
    )
    op.create_table(
        "workspaces",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("bot_user_id", sa.String(), nullable=False),
        sa.Column("bot_id", sa.String(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("parked", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
    )
    op.create_table(
        "cards",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_cards_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "name", name=op.f("pk_cards")),
    )
    op.create_index(
        op.f("ix_cards_workspace_id_channel_id_ts"), "cards", ["workspace_id", "channel_id", "ts"], unique=False
    )
    op.create_table(
        "channel_members",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_channel_members_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "channel_id", "user_id", name=op.f("pk_channel_members")),
    )
    op.create_index(
        op.f("ix_channel_members_workspace_id_user_id"), "channel_members", ["workspace_id", "user_id"], unique=False
    )
    op.create_table(
        "channels",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_channels_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_channels")),
    )
    op.create_table(
        "cheered_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_cheered_messages_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cheered_messages")),
        sa.UniqueConstraint(
            "workspace_id", "channel_id", "ts", name=op.f("uq_cheered_messages_workspace_id_channel_id_ts")
        ),
    )
    op.create_index(
        op.f("ix_cheered_messages_workspace_id_said_at"), "cheered_messages", ["workspace_id", "said_at"], unique=False
    )
    op.create_table(
        "deliveries",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_deliveries_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_deliveries")),
    )
    op.create_index(
        op.f("ix_deliveries_workspace_id_received_at"), "deliveries", ["workspace_id", "received_at"], unique=False
    )
    op.create_table(
        "homes",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("stale_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_homes_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", name=op.f("pk_homes")),
    )
    op.create_index(op.f("ix_homes_workspace_id_stale_at"), "homes", ["workspace_id", "stale_at"], unique=False)
    op.create_table(
        "lanes",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paced_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_by", sa.String(), nullable=True),
        sa.Column("lease_until", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_lanes_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "conversation", name=op.f("pk_lanes")),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("leader_id", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_notes_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(
        op.f("ix_notes_workspace_id_author_id_follow_up_on"),
        "notes",
        ["workspace_id", "author_id", "follow_up_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_notes_workspace_id_leader_id_agent_id"),
        "notes",
        ["workspace_id", "leader_id", "agent_id"],
        unique=False,
    )
    op.create_table(
        "nudge_checks",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("said", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_nudge_checks_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", name=op.f("pk_nudge_checks")),
    )
    op.create_index(op.f("ix_nudge_checks_workspace_id_at"), "nudge_checks", ["workspace_id", "at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("card", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("held_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file_id", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("under", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_outbox_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_outbox_workspace_id_key")),
    )
    op.create_index(
        "ix_outbox_aside",
        "outbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'aside'"),
        postgresql_where=sa.text("state = 'aside'"),
    )
    op.create_index(
        "ix_outbox_lane",
        "outbox",
        ["workspace_id", "conversation", "priority", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(op.f("ix_outbox_workspace_id_settled_at"), "outbox", ["workspace_id", "settled_at"], unique=False)
    op.create_table(
        "people",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("has_left", sa.Boolean(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("is_stranger", sa.Boolean(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("dm_id", sa.String(), nullable=True),
        sa.Column("absences", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("quiet_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quiet_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("full_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_people_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_people")),
    )
    op.create_index(op.f("ix_people_workspace_id_full_key"), "people", ["workspace_id", "full_key"], unique=False)
    op.create_index(op.f("ix_people_workspace_id_name_key"), "people", ["workspace_id", "name_key"], unique=False)
    op.create_table(
        "rate_limits",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("open_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_rate_limits_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "method", name=op.f("pk_rate_limits")),
    )
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("sponsor_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_teams_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("workspace_id", "channel_id", name=op.f("uq_teams_workspace_id_channel_id")),
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("leader_id", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_topics_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
    )
    op.create_index(
        op.f("ix_topics_workspace_id_leader_id_agent_id"),
        "topics",
        ["workspace_id", "leader_id", "agent_id"],
        unique=False,
    )
    op.create_table(
        "user_groups",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("user_ids", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_user_groups_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_user_groups")),
    )
    op.create_index(op.f("ix_user_groups_handle"), "user_groups", ["handle"], unique=False)
    op.create_table(
        "alert_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("sender_name", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("pattern", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_alert_rules_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_alert_rules_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_rules")),
    )
    op.create_index(op.f("ix_alert_rules_team_id"), "alert_rules", ["team_id"], unique=False)
    op.create_index(
        op.f("ix_alert_rules_workspace_id_channel_id"), "alert_rules", ["workspace_id", "channel_id"], unique=False
    )
    op.create_table(
        "asks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.Double(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_asks_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_asks_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asks")),
    )
    op.create_index(op.f("ix_asks_kind_about_id"), "asks", ["kind", "about_id"], unique=False)
    op.create_index(op.f("ix_asks_team_id_kind"), "asks", ["team_id", "kind"], unique=False)
    op.create_index(
        op.f("ix_asks_workspace_id_person_id_kind_asked_at"),
        "asks",
        ["workspace_id", "person_id", "kind", "asked_at"],
        unique=False,
    )
    op.create_index(
        "uq_asks_waiting",
        "asks",
        ["kind", "about_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "celebrations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_celebrations_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_celebrations_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_celebrations")),
        sa.UniqueConstraint("team_id", "source", name=op.f("uq_celebrations_team_id_source")),
    )
    op.create_index(op.f("ix_celebrations_team_id_made_at"), "celebrations", ["team_id", "made_at"], unique=False)
    op.create_index(
        op.f("ix_celebrations_workspace_id_made_at"), "celebrations", ["workspace_id", "made_at"], unique=False
    )
    op.create_table(
        "cheers",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("emoji", sa.String(), nullable=False),
        sa.Column("event_ts", sa.String(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["cheered_messages.id"], name=op.f("fk_cheers_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", "user_id", "emoji", name=op.f("pk_cheers")),
    )
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("is_deputy", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_members_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_members_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("team_id", "user_id", name=op.f("uq_members_team_id_user_id")),
    )
    op.create_index(op.f("ix_members_user_id"), "members", ["user_id"], unique=False)
    op.create_table(
        "nudges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_nudges_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_nudges_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudges")),
    )
    op.create_index(op.f("ix_nudges_workspace_id_card"), "nudges", ["workspace_id", "card"], unique=False)
    op.create_index(
        op.f("ix_nudges_workspace_id_person_id_said_at"),
        "nudges",
        ["workspace_id", "person_id", "said_at"],
        unique=False,
    )
    op.create_table(
        "occasions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_occasions_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_occasions_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occasions")),
        sa.UniqueConstraint(
            "team_id", "person_id", "kind", "year", name=op.f("uq_occasions_team_id_person_id_kind_year")
        ),
    )
    op.create_index(op.f("ix_occasions_workspace_id_due_at"), "occasions", ["workspace_id", "due_at"], unique=False)
    op.create_table(
        "rituals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("own", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_rituals_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_rituals_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rituals")),
        sa.UniqueConstraint("team_id", "slug", name=op.f("uq_rituals_team_id_slug")),
    )
    op.create_table(
        "rule_previews",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("view_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_rule_previews_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_rule_previews_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "view_id", name=op.f("pk_rule_previews")),
    )
    op.create_table(
        "scheduled_jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("about_kind", sa.String(), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("recurrence", sa.String(), nullable=True),
        sa.Column("wall", sa.DateTime(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late_seconds", sa.Integer(), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_scheduled_jobs_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_scheduled_jobs_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_jobs")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_scheduled_jobs_workspace_id_key")),
    )
    op.create_index(
        "ix_scheduled_jobs_failed",
        "scheduled_jobs",
        ["id"],
        unique=False,
        sqlite_where=sa.text("reason IS NOT NULL"),
        postgresql_where=sa.text("reason IS NOT NULL"),
    )
    op.create_index(op.f("ix_scheduled_jobs_team_id"), "scheduled_jobs", ["team_id"], unique=False)
    op.create_index(op.f("ix_scheduled_jobs_wake_at"), "scheduled_jobs", ["wake_at"], unique=False)
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("is_missed", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_series_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_series_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("team_id", "leader_id", "agent_id", name=op.f("uq_series_team_id_leader_id_agent_id")),
    )
    op.create_index(op.f("ix_series_team_id"), "series", ["team_id"], unique=False)
    op.create_index(op.f("ix_series_workspace_id_agent_id"), "series", ["workspace_id", "agent_id"], unique=False)
    op.create_index(
        op.f("ix_series_workspace_id_leader_id_due_on"), "series", ["workspace_id", "leader_id", "due_on"], unique=False
    )
    op.create_table(
        "settings_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("was", sa.JSON(), nullable=False),
        sa.Column("became", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_settings_changes_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_settings_changes_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings_changes")),
    )
    op.create_index(
        op.f("ix_settings_changes_team_id_changed_at"), "settings_changes", ["team_id", "changed_at"], unique=False
    )
    op.create_table(
        "shoutouts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("receivers", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("named", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("is_for_team", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joins_id", sa.Integer(), nullable=True),
        sa.Column("event_ts", sa.String(), nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["joins_id"], ["shoutouts.id"], name=op.f("fk_shoutouts_joins_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_shoutouts_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_shoutouts_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shoutouts")),
        sa.UniqueConstraint(
            "workspace_id", "source", "giver_id", name=op.f("uq_shoutouts_workspace_id_source_giver_id")
        ),
    )
    op.create_index(
        op.f("ix_shoutouts_joins_id"),
        "shoutouts",
        ["joins_id"],
        unique=False,
        sqlite_where=sa.text("joins_id IS NOT NULL"),
        postgresql_where=sa.text("joins_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_shoutouts_team_id_given_at"), "shoutouts", ["team_id", "given_at"], unique=False)
    op.create_index(
        op.f("ix_shoutouts_workspace_id_giver_id_given_on"),
        "shoutouts",
        ["workspace_id", "giver_id", "given_on"],
        unique=False,
    )
    op.create_index(op.f("ix_shoutouts_workspace_id_message"), "shoutouts", ["workspace_id", "message"], unique=False)
    op.create_table(
        "spike_causes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_firing", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("threshold", sa.Double(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_spike_causes_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_spike_causes_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spike_causes")),
        sa.UniqueConstraint("team_id", "queue", "source", "key", name=op.f("uq_spike_causes_team_id_queue_source_key")),
    )
    op.create_index(
        op.f("ix_spike_causes_team_id_source_key"), "spike_causes", ["team_id", "source", "key"], unique=False
    )
    op.create_index(
        op.f("ix_spike_causes_workspace_id_heard_at"), "spike_causes", ["workspace_id", "heard_at"], unique=False
    )
    op.create_table(
        "spikes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("caller_id", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("peak", sa.Double(), nullable=True),
        sa.Column("threshold", sa.Double(), nullable=True),
        sa.Column("mark", sa.Double(), nullable=True),
        sa.Column("calm_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_how", sa.String(), nullable=True),
        sa.Column("shown", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_spikes_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_spikes_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spikes")),
    )
    op.create_index(op.f("ix_spikes_team_id_key_opened_at"), "spikes", ["team_id", "key", "opened_at"], unique=False)
    op.create_index(op.f("ix_spikes_team_id_opened_at"), "spikes", ["team_id", "opened_at"], unique=False)
    op.create_index(op.f("ix_spikes_workspace_id_resolved_at"), "spikes", ["workspace_id", "resolved_at"], unique=False)
    op.create_index(
        "uq_spikes_open",
        "spikes",
        ["team_id", "key"],
        unique=True,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "tank_asides",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("whose", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_tank_asides_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_tank_asides_workspace_id")),
        sa.PrimaryKeyConstraint("team_id", "cause", "about", name=op.f("pk_tank_asides")),
    )
    op.create_index(
        op.f("ix_tank_asides_workspace_id_happened_on"), "tank_asides", ["workspace_id", "happened_on"], unique=False
    )
    op.create_table(
        "tank_movements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_tank_movements_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_tank_movements_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tank_movements")),
        sa.UniqueConstraint(
            "team_id", "cause", "about", "turn", name=op.f("uq_tank_movements_team_id_cause_about_turn")
        ),
    )
    op.create_index(op.f("ix_tank_movements_team_id_moved_on"), "tank_movements", ["team_id", "moved_on"], unique=False)
    op.create_index(
        op.f("ix_tank_movements_workspace_id_moved_at"), "tank_movements", ["workspace_id", "moved_at"], unique=False
    )
    op.create_table(
        "tanks",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("is_full", sa.Boolean(), nullable=False),
        sa.Column("is_news", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_tanks_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_tanks_workspace_id")),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_tanks")),
    )
    op.create_table(
        "theme_sightings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=True),
        sa.Column("whose", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_theme_sightings_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_theme_sightings_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_sightings")),
        sa.UniqueConstraint(
            "workspace_id", "source", "theme", name=op.f("uq_theme_sightings_workspace_id_source_theme")
        ),
    )
    op.create_index(op.f("ix_theme_sightings_team_id_seen_at"), "theme_sightings", ["team_id", "seen_at"], unique=False)
    op.create_index(
        op.f("ix_theme_sightings_workspace_id_seen_at"), "theme_sightings", ["workspace_id", "seen_at"], unique=False
    )
    op.create_table(
        "ticket_queues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("learnt_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_ticket_queues_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_ticket_queues_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_queues")),
        sa.UniqueConstraint("team_id", "name", name=op.f("uq_ticket_queues_team_id_name")),
    )
    op.create_index(
        op.f("ix_ticket_queues_workspace_id_learnt_until"),
        "ticket_queues",
        ["workspace_id", "learnt_until"],
        unique=False,
    )
    op.create_table(
        "time_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duty", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_time_entries_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_time_entries_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_entries")),
        sa.UniqueConstraint("workspace_id", "source", name=op.f("uq_time_entries_workspace_id_source")),
    )
    op.create_index(
        op.f("ix_time_entries_workspace_id_leader_id_started_at"),
        "time_entries",
        ["workspace_id", "leader_id", "started_at"],
        unique=False,
    )
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("previous", sa.LargeBinary(), nullable=True),
        sa.Column("previous_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_id", sa.String(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("deliveries", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("heard", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lately", sa.Integer(), nullable=False),
        sa.Column("is_folding", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_webhooks_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_webhooks_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_webhooks_token_hash")),
    )
    op.create_index(op.f("ix_webhooks_team_id"), "webhooks", ["team_id"], unique=False)
    op.create_table(
        "debrief_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("spike_id", sa.Integer(), nullable=True),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("writer_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("came", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["spike_id"], ["spikes.id"], name=op.f("fk_debrief_notes_spike_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_debrief_notes_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_debrief_notes_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debrief_notes")),
    )
    op.create_index(
        "ix_debrief_notes_open",
        "debrief_notes",
        ["team_id", "made_at"],
        unique=False,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_index(op.f("ix_debrief_notes_spike_id"), "debrief_notes", ["spike_id"], unique=False)
    op.create_index(
        op.f("ix_debrief_notes_workspace_id_made_at"), "debrief_notes", ["workspace_id", "made_at"], unique=False
    )
    op.create_index(
        op.f("ix_debrief_notes_workspace_id_writer_id_made_at"),
        "debrief_notes",
        ["workspace_id", "writer_id", "made_at"],
        unique=False,
    )
    op.create_table(
        "debriefs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("spike_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["spike_id"], ["spikes.id"], name=op.f("fk_debriefs_spike_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_debriefs_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_debriefs_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debriefs")),
        sa.UniqueConstraint("spike_id", "leader_id", name=op.f("uq_debriefs_spike_id_leader_id")),
    )
    op.create_table(
        "folded_alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("hook_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["hook_id"], ["webhooks.id"], name=op.f("fk_folded_alerts_hook_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_folded_alerts_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folded_alerts")),
        sa.UniqueConstraint("hook_id", "key", name=op.f("uq_folded_alerts_hook_id_key")),
    )
    op.create_table(
        "meetings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("organizer_id", sa.String(), nullable=False),
        sa.Column("attendee_id", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("offered", sa.JSON(), nullable=False),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("is_invited", sa.Boolean(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("uid", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_meetings_series_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_meetings_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_meetings_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    op.create_index(op.f("ix_meetings_series_id_state"), "meetings", ["series_id", "state"], unique=False)
    op.create_index(op.f("ix_meetings_team_id_kind_state"), "meetings", ["team_id", "kind", "state"], unique=False)
    op.create_index(
        op.f("ix_meetings_workspace_id_attendee_id_kind_state"),
        "meetings",
        ["workspace_id", "attendee_id", "kind", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_meetings_workspace_id_organizer_id_kind_state"),
        "meetings",
        ["workspace_id", "organizer_id", "kind", "state"],
        unique=False,
    )
    op.create_index(
        "uq_meetings_open",
        "meetings",
        ["team_id", "kind", "organizer_id", "attendee_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('requested', 'countered', 'planned')"),
        postgresql_where=sa.text("state IN ('requested', 'countered', 'planned')"),
    )
    op.create_table(
        "ritual_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("ritual_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prompt", sa.String(), nullable=False),
        sa.Column("host_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_known", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ritual_id"], ["rituals.id"], name=op.f("fk_ritual_runs_ritual_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_ritual_runs_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_ritual_runs_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ritual_runs")),
        sa.UniqueConstraint("ritual_id", "day", name=op.f("uq_ritual_runs_ritual_id_day")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_ritual_runs_workspace_id_starts_at"), "ritual_runs", ["workspace_id", "starts_at"], unique=False
    )
    op.create_table(
        "shoutout_credits",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("giver_id", sa.String(), nullable=False),
        sa.Column("receiver_id", sa.String(), nullable=False),
        sa.Column("shoutout_id", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shoutout_id"], ["shoutouts.id"], name=op.f("fk_shoutout_credits_shoutout_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_shoutout_credits_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "message", "giver_id", "receiver_id", name=op.f("pk_shoutout_credits")),
    )
    op.create_index(op.f("ix_shoutout_credits_shoutout_id"), "shoutout_credits", ["shoutout_id"], unique=False)
    op.create_index(
        op.f("ix_shoutout_credits_workspace_id_receiver_id"),
        "shoutout_credits",
        ["workspace_id", "receiver_id"],
        unique=False,
    )
    op.create_table(
        "signatures",
        sa.Column("occasion_id", sa.Integer(), nullable=False),
        sa.Column("signer_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["occasion_id"], ["occasions.id"], name=op.f("fk_signatures_occasion_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("occasion_id", "signer_id", name=op.f("pk_signatures")),
    )
    op.create_table(
        "stints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("spike_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("card", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["spike_id"], ["spikes.id"], name=op.f("fk_stints_spike_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_stints_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_stints_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stints")),
    )
    op.create_index(op.f("ix_stints_spike_id"), "stints", ["spike_id"], unique=False)
    op.create_index(op.f("ix_stints_team_id_ended_at"), "stints", ["team_id", "ended_at"], unique=False)
    op.create_index(
        op.f("ix_stints_workspace_id_person_id_ended_at"),
        "stints",
        ["workspace_id", "person_id", "ended_at"],
        unique=False,
    )
    op.create_table(
        "ticket_hours",
        sa.Column("queue_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["queue_id"], ["ticket_queues.id"], name=op.f("fk_ticket_hours_queue_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_ticket_hours_workspace_id")),
        sa.PrimaryKeyConstraint("queue_id", "hour", name=op.f("pk_ticket_hours")),
    )
    op.create_table(
        "tickets",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("queue_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["queue_id"], ["ticket_queues.id"], name=op.f("fk_tickets_queue_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_tickets_workspace_id")),
        sa.PrimaryKeyConstraint("queue_id", "id", name=op.f("pk_tickets")),
    )
    op.create_index(op.f("ix_tickets_queue_id_came_at"), "tickets", ["queue_id", "came_at"], unique=False)
    op.create_index(op.f("ix_tickets_workspace_id_heard_at"), "tickets", ["workspace_id", "heard_at"], unique=False)
    op.create_table(
        "ritual_answers",
        sa.Column("occasion_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occasion_id"], ["ritual_runs.id"], name=op.f("fk_ritual_answers_occasion_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_ritual_answers_workspace_id")),
        sa.PrimaryKeyConstraint("occasion_id", "person_id", name=op.f("pk_ritual_answers")),
    )
    op.create_table(
        "ritual_pairs",
        sa.Column("occasion_id", sa.Integer(), nullable=False),
        sa.Column("one_id", sa.String(), nullable=False),
        sa.Column("other_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occasion_id"], ["ritual_runs.id"], name=op.f("fk_ritual_pairs_occasion_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_ritual_pairs_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_ritual_pairs_workspace_id")),
        sa.PrimaryKeyConstraint("occasion_id", "one_id", "other_id", name=op.f("pk_ritual_pairs")),
    )
    op.create_index(op.f("ix_ritual_pairs_team_id"), "ritual_pairs", ["team_id"], unique=False)
    op.create_table(
        "ritual_participations",
        sa.Column("occasion_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occasion_id"], ["ritual_runs.id"], name=op.f("fk_ritual_participations_occasion_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_ritual_participations_workspace_id")
        ),
        sa.PrimaryKeyConstraint("occasion_id", "person_id", name=op.f("pk_ritual_participations")),
    )
    op.create_table(
        "roadblocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("leader_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_roadblocks_meeting_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_roadblocks_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_roadblocks_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roadblocks")),
    )
    op.create_index(op.f("ix_roadblocks_meeting_id"), "roadblocks", ["meeting_id"], unique=False)
    op.create_index(
        op.f("ix_roadblocks_workspace_id_leader_id_due_on"),
        "roadblocks",
        ["workspace_id", "leader_id", "due_on"],
        unique=False,
    )
    op.create_table(
        "visit_debriefs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("sponsor_id", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("works", sa.LargeBinary(), nullable=True),
        sa.Column("in_the_way", sa.LargeBinary(), nullable=True),
        sa.Column("promise", sa.LargeBinary(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_visit_debriefs_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_visit_debriefs_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_visit_debriefs_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_debriefs")),
        sa.UniqueConstraint("meeting_id", name=op.f("uq_visit_debriefs_meeting_id")),
    )
    op.create_index(
        op.f("ix_visit_debriefs_workspace_id_sponsor_id_due_on"),
        "visit_debriefs",
        ["workspace_id", "sponsor_id", "due_on"],
        unique=False,
    )
