"""The database layer: connections, sessions, locks, encryption at rest, personal data and migrations."""
