"""What happens with meetings of two people, of every kind."""
