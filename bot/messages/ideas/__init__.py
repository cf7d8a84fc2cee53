"""Messages about ideas: cards, forms, lists, reminders and offers."""
