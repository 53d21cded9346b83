"""PostGIS, and at the begin of each transaction the settings that row-level security reads."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db.backends.postgis import base

from mapping import wall


class DatabaseWrapper(base.DatabaseWrapper):
    """Tells PostgreSQL who acts, in the transaction itself: nothing can leak to the connection's next user."""

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)
        if not autocommit:
            try:
                self.tell_who_acts(wall.current())
            except BaseException:
                self.close()  # a transaction that nobody was told about must not go on
                raise

    def tell_who_acts(self, standing: wall.Wall, *, always: bool = False) -> None:
        """Set what `standing` says until the transaction ends; nothing is sent for nobody, as nothing is set then."""
        settings: dict[str, Any] = standing.settings()
        if always or standing is not wall.NOBODY:
            calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
            params = [text for pair in settings.items() for text in pair]
            # A plain cursor: this is no query of the caller's to count or to log.
            with self.wrap_database_errors, self.create_cursor() as cursor:
                cursor.execute(f"SELECT {calls}", params)
