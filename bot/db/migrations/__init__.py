"""The database's shape, brought up to date by Alembic; `bot/db/migrations/versions` has the steps.

Alembic itself is loaded only when there is a step to take: most starts have none, and should be quick.
"""
