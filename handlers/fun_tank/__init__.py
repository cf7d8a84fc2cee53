"""`/funtank`: the gauge, wins that are told, and the list of rituals."""
