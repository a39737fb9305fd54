"""Pages: messages to people: inbox, SMS, chat groups."""
