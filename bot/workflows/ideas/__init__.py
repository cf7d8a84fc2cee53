"""What happens with ideas: raised, voted for, answered, merged."""
