"""Every table as the models have it.

Until the first release this step follows the models, and its name tells which ones made a database; then it is written
out, and holds still.
"""

from alembic import op

from bot.db.migrations.metadata import METADATA
from bot.db.migrations.migrate import newest

revision = newest()
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    METADATA.create_all(op.get_bind())
