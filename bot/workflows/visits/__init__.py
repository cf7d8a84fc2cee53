"""What happens when a sponsor visits a team."""
