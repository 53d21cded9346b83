"""The numbering engine, rule by rule; nothing here needs a database."""
