"""Add tables of hand-ups and breaks, and a column for asks that go to everybody at once."""

import sqlalchemy as sa
from alembic import op

revision = "0205"
down_revision = "0204"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
IS_OPEN = "state IN ('asking', 'unanswered')"
WAITING, WAITING_ALONE = "state = 'waiting'", "state = 'waiting' AND NOT with_others"


def upgrade() -> None:
    op.drop_index("uq_asks_waiting", "asks")
    with op.batch_alter_table("asks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("with_others", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "uq_asks_waiting", "asks", ["kind", "about_id"], unique=True,
        sqlite_where=sa.text(WAITING_ALONE), postgresql_where=sa.text(WAITING_ALONE),
    )  # fmt: skip

    op.create_table(
        "hand_ups",
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("helper_id", sa.String(), nullable=True),
        sa.Column("helped_at", INSTANT, nullable=True),
        sa.Column("here_at", INSTANT, nullable=True),
        sa.Column("comes_by", INSTANT, nullable=True),
        sa.Column("later_id", sa.String(), nullable=True),
        sa.Column("later_by", INSTANT, nullable=True),
        sa.Column("held_until", INSTANT, nullable=True),
        sa.Column("posted_at", INSTANT, nullable=True),
        sa.Column("asks_deputies", sa.Boolean(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ending", sa.String(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_hand_ups_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_hand_ups_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_ups")),
    )
    with op.batch_alter_table("hand_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hand_ups_team_id_raised_at"), ["team_id", "raised_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_hand_ups_team_id_state"), ["team_id", "state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_hand_ups_workspace_id_helper_id_state"), ["workspace_id", "helper_id", "state"], unique=False
        )
        batch_op.create_index(
            "uq_hand_ups_open", ["workspace_id", "agent_id"], unique=True,
            sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
        )  # fmt: skip

    op.create_table(
        "breaks",
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("leader_id", sa.String(), nullable=True),
        sa.Column("starts_at", INSTANT, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_breaks_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_breaks_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breaks")),
    )
    with op.batch_alter_table("breaks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breaks_team_id_state"), ["team_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_breaks_workspace_id_asked_at"), ["workspace_id", "asked_at"], unique=False)
        batch_op.create_index(
            "uq_breaks_open", ["workspace_id", "agent_id"], unique=True,
            sqlite_where=sa.text(IS_OPEN), postgresql_where=sa.text(IS_OPEN),
        )  # fmt: skip
