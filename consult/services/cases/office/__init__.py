"""The office work on cases: finding them, their days on a calendar, handing them over."""
