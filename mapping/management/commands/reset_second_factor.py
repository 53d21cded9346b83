"""`manage.py reset_second_factor`: for an administrator who has lost phone and recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mapping import wall
from mapping.accounts import people
from mapping.models import User


class Command(BaseCommand):
    """Exit status 0 when it was reset, 1 when there is no such account, 2 for bad arguments."""

    help = "Forget an account's phone and recovery codes and sign it out; the next sign-in sets up a new phone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the argument."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset, and say so."""
        person = User.objects.filter(username=options["username"]).first()
        if person is None:
            raise CommandError(_("Không có tài khoản “%(name)s”.") % {"name": options["username"]})
        with wall.acting_as_system("manage.py reset_second_factor"):
            people.forget_second_factor(person)
        self.stdout.write(
            _("Đã đặt lại bước xác nhận của %(person)s: lần đăng nhập tới, họ thiết lập điện thoại mới.")
            % {"person": person}
        )
