"""Database migrations with Alembic: `versions` has the revisions, `migrate.py` applies them."""
