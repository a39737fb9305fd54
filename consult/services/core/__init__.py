"""Acts: what every area stands on: log, transactions, files, search, backups."""
