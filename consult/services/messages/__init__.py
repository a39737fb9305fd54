"""Acts: messages to people: inbox, SMS, chat groups."""
