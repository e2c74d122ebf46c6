"""One file per step. Migrations are never edited once they were released."""
