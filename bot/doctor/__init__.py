"""`steward doctor`: looks at everything a running bot needs, changes nothing, and says what would mend it."""
