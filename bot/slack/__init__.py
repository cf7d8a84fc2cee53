"""The Slack integration: incoming requests and events, the outbox, and the sync of people and channels."""
