"""The database and nothing of Flask: models, transactions, the states of a submission."""
