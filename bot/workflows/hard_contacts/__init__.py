"""Workflows of hard contacts: the agent picks a leader, the leader answers and checks in, and the record is deleted."""
