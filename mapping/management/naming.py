"""What commands are told by name or code, looked up: found, or the end of the command with a sentence."""

from __future__ import annotations

from django.core.management import CommandError
from django.utils.translation import gettext as _

from mapping.models import Unit


def commune_called(code: str) -> Unit:
    """Return the commune of today with this code; raises CommandError with status 2."""
    commune = Unit.objects.current().communes().filter(code=code).first()
    if commune is None:
        raise CommandError(
            _("Không có xã nào mang mã %(code)s; xem mã ở /admin/ hoặc nạp ranh giới bằng load_boundaries.")
            % {"code": code},
            returncode=2,
        )
    return commune
