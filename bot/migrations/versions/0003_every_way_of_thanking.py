"""Every way of thanking: what each act is for and came from, and one credit for each message, giver and receiver."""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

from bot.database import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ACTS = sa.table("shoutouts", sa.column("id"), sa.column("receivers", sa.JSON()), sa.column("named", sa.JSON()))
CREDITS = sa.table("kept_credits", sa.column("shoutout_id"), sa.column("receiver_id"))


def upgrade() -> None:
    op.create_index(op.f("ix_cards_workspace_id_channel_id_ts"), "cards", ["workspace_id", "channel_id", "ts"])
    _put_credits_aside()
    _widen_shoutouts()
    _write_down_receivers()
    _bind_shoutouts()
    _credits()


def _put_credits_aside() -> None:
    """SQLite makes `shoutouts` anew, which would take its credits along."""
    op.execute(
        "CREATE TABLE kept_credits AS SELECT act.workspace_id, act.message, act.giver_id, credit.receiver_id, "
        "credit.shoutout_id, act.given_at, act.undone_at FROM shoutout_credits AS credit "
        "JOIN shoutouts AS act ON act.id = credit.shoutout_id"
    )
    op.drop_table("shoutout_credits")


def _widen_shoutouts() -> None:
    with op.batch_alter_table("shoutouts") as acts:
        for name in ("source", "event_ts"):
            acts.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        acts.add_column(sa.Column("way", sa.String(), nullable=False, server_default="spoken"))
        acts.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="thanks"))
        for name in ("receivers", "named"):
            acts.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
        for name in ("is_private", "is_for_team", "is_gone"):
            acts.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
        acts.add_column(sa.Column("joins_id", sa.Integer(), nullable=True))
    op.execute("UPDATE shoutouts SET source = message")


def _write_down_receivers() -> None:
    receivers = defaultdict(list)
    for shoutout_id, receiver_id in op.get_bind().execute(sa.select(CREDITS).order_by(CREDITS.c.receiver_id)):
        receivers[shoutout_id].append(receiver_id)
    for shoutout_id, ids in receivers.items():
        op.execute(sa.update(ACTS).where(ACTS.c.id == shoutout_id).values(receivers=ids, named=ids))


def _bind_shoutouts() -> None:
    with op.batch_alter_table("shoutouts") as acts:
        acts.drop_constraint(op.f("uq_shoutouts_workspace_id_message_giver_id"), type_="unique")
        acts.create_unique_constraint(
            op.f("uq_shoutouts_workspace_id_source_giver_id"), ["workspace_id", "source", "giver_id"]
        )
        acts.create_foreign_key(op.f("fk_shoutouts_joins_id"), "shoutouts", ["joins_id"], ["id"], ondelete="CASCADE")
        acts.create_index(op.f("ix_shoutouts_workspace_id_message"), ["workspace_id", "message"])
    joins = sa.text("joins_id IS NOT NULL")
    op.create_index(
        op.f("ix_shoutouts_joins_id"), "shoutouts", ["joins_id"], sqlite_where=joins, postgresql_where=joins
    )


def _credits() -> None:
    """What is not given, or was taken back, credits nobody."""
    act = sa.ForeignKeyConstraint(
        ["shoutout_id"], ["shoutouts.id"], name=op.f("fk_shoutout_credits_shoutout_id"), ondelete="CASCADE"
    )
    columns = ("workspace_id", "message", "giver_id", "receiver_id")
    op.create_table(
        "shoutout_credits",
        *(sa.Column(name, sa.String(), nullable=False) for name in columns),
        sa.Column("shoutout_id", sa.Integer(), nullable=False),
        sa.Column("told_at", Instant(timezone=True), nullable=True),
        act,
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_shoutout_credits_workspace_id")),
        sa.PrimaryKeyConstraint(*columns, name=op.f("pk_shoutout_credits")),
    )
    op.create_index(
        op.f("ix_shoutout_credits_workspace_id_receiver_id"), "shoutout_credits", ["workspace_id", "receiver_id"]
    )
    op.create_index(op.f("ix_shoutout_credits_shoutout_id"), "shoutout_credits", ["shoutout_id"])
    op.execute(
        "INSERT INTO shoutout_credits (workspace_id, message, giver_id, receiver_id, shoutout_id, told_at) "
        "SELECT workspace_id, message, giver_id, receiver_id, shoutout_id, given_at FROM kept_credits "
        "WHERE given_at IS NOT NULL AND undone_at IS NULL"
    )
    op.drop_table("kept_credits")
