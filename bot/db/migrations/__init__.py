"""Database migrations with Alembic; `bot/db/migrations/versions` has the revisions.

Alembic is imported only when there is a revision to apply, so that most starts are fast.
"""
