"""What the containers do once before the services start: make the secrets, make the database."""
