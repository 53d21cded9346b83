"""A file that somebody sends with the commune it is about: taken in under the limit, let go when it was looked at."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from mapping.errors import TooLarge, UserError
from mapping.file_names import safe_name
from mapping.models import Unit


@dataclass(frozen=True, slots=True)
class Received:
    """The file as it lies on the disk for a moment, under which name it came, and for which commune."""

    path: Path
    name: str
    commune: Unit


@contextmanager
def received(
    request: HttpRequest, communes: Iterable[Unit], *, field: str = "file", no_file: str = ""
) -> Iterator[Received]:
    """Give what the form sent, for one of `communes`. Raises UserError, TooLarge; nothing of it is kept here."""
    code = request.POST.get("commune", "")
    commune = next((one for one in communes if one.code == code), None) if code else None
    if commune is None:
        raise UserError(_("Hãy chọn xã của danh sách."), code="commune")
    upload = request.FILES.get(field)
    if upload is None:
        raise UserError(no_file or _("Hãy chọn một tệp để nhập."), code="no_file")
    if upload.size > settings.MAX_UPLOAD_MB * 1_000_000:
        raise TooLarge(
            _("Tệp “%(file)s” lớn hơn %(limit)d MB; hãy chia thành nhiều tệp.")
            % {"file": upload.name, "limit": settings.MAX_UPLOAD_MB},
            code="too_big",
        )
    with tempfile.NamedTemporaryFile(prefix="sonha-received-") as target:
        for chunk in upload.chunks():
            target.write(chunk)
        target.flush()
        yield Received(Path(target.name), safe_name(upload.name), commune)
