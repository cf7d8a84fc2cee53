"""`/funtank`: the gauge, wins that are told, and the rituals a team keeps, hosts and takes part in."""
