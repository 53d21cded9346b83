"""A household's own page: letters with secrets, sessions, consents, corrections, and what the page tells."""
