"""`manage.py access_table`: who may do what, as a table."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from mapping.access import ROLE_TABLE, Capability


class Command(BaseCommand):
    """Prints the one table of roles and capabilities that everything else asks."""

    help = "Print which role may do what."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line a capability, one column a role."""
        roles = list(ROLE_TABLE)
        labels = {capability: capability.label for capability in Capability}
        first = max(map(len, labels.values()))
        self.stdout.write(" | ".join([_("Việc").ljust(first), *(str(role.label) for role in roles)]))
        self.stdout.write("-+-".join(["-" * first, *("-" * len(str(role.label)) for role in roles)]))
        for capability, label in labels.items():
            marks = ("✓" if capability in ROLE_TABLE[role] else "·" for role in roles)
            cells = (mark.center(len(str(role.label))) for mark, role in zip(marks, roles, strict=True))
            self.stdout.write(" | ".join([label.ljust(first), *cells]))
