"""`steward doctor`: check everything a running bot needs and suggest fixes, without changing anything."""
