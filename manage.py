#!/usr/bin/env python
"""Django's command line. Commands that change the schema, or need all of it, run as the database's owner."""

import os
import sys

OWNER_COMMANDS = {
    "migrate",
    "sqlmigrate",
    "showmigrations",
    "makemigrations",
    "backup",
    "restore",
    "redact_household",
    "apply_retention",
}


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        # The web role may not alter a table; asking for it here keeps `manage.py migrate` one word.
        os.environ.setdefault("SONHA_DB_ROLE", "owner")
    from django.core.management import execute_from_command_line
    from django.db import Error

    try:
        execute_from_command_line(sys.argv)
    except Error as error:
        from mapping.errors import database_down_sentence, is_database_down

        if not is_database_down(error):
            raise
        sys.exit(database_down_sentence())


if __name__ == "__main__":
    main()
