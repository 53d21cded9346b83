"""Pictures that a commune's designs may show, kept as clean PNGs under a name that designs call them by."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from households.models import Emblem, OwnPlateDesign, PlateBatch
from households.plates.design_reading import emblems_of
from mapping import access, audit, files, images
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import Unit
from mapping.printing.raster import Raster, read_png
from mapping.text import fold

LONGEST_SIDE: Final = 1_200
"""Pixels: 600 dots an inch on an emblem of 5 cm."""
MOST: Final = 50
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Shelf(Mapping[str, Raster]):
    """Emblems by name, from the hash of each one's bytes; a picture is unpacked when a design shows it, not before."""

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self.hashes = dict(hashes)
        self._unpacked: dict[str, Raster] = {}

    def __getitem__(self, name: str) -> Raster:
        if name not in self._unpacked:
            self._unpacked[name] = read_png(files.path_of_hash(self.hashes[name]).read_bytes())
        return self._unpacked[name]

    def __contains__(self, name: object) -> bool:
        return name in self.hashes

    def __iter__(self) -> Iterator[str]:
        return iter(self.hashes)

    def __len__(self) -> int:
        return len(self.hashes)


def all_of(commune: Unit, names: Iterable[str] | None = None) -> Shelf:
    """Return the emblems of a commune by name, or those of the names alone."""
    known = Emblem.objects.filter(commune=commune)
    if names is not None:
        known = known.filter(name__in=list(names))
    return Shelf(dict(known.values_list("name", "file__sha256")))


def hold(commune: Unit, hashes: Mapping[str, str]) -> None:
    """Let nobody remove these emblems until the transaction ends; raises UserError that names one changed meanwhile.

    A batch that is committed by then keeps their bytes: see `remove`.
    """
    held = Emblem.objects.filter(commune=commune, name__in=list(hashes)).select_related("file")
    there = {one.name: one.file.sha256 for one in held.select_for_update(of=("self",), no_key=True)}
    for name, sha256 in hashes.items():
        if there.get(name) != sha256:
            raise UserError(
                _("Biểu trưng “%(name)s” vừa được thay hoặc xóa, nên chưa đặt in gì. Hãy tải lại trang rồi đặt lại.")
                % {"name": name},
                code="emblem",
            )


def list_of(commune: Unit) -> list[Emblem]:
    """Return the emblems of a commune by name."""
    return list(Emblem.objects.filter(commune=commune).select_related("file").order_by("name"))


def of_user(user: Any, emblem_id: uuid.UUID) -> Emblem | None:
    """Return an emblem within the person's reach."""
    return Emblem.objects.for_user(user).select_related("commune", "file").filter(pk=emblem_id).first()


def add(*, user: Any, commune: Unit, name: str, content: bytes) -> Emblem:
    """Keep a picture. Raises Http404, NotAllowed, TooLarge and UserError (no picture, too large, a name in use)."""
    access.require(user, Capability.PRINT, commune)
    name = "-".join(fold(name).replace("_", "-").split())
    if not _NAME.fullmatch(name) or len(name) > 40:
        raise UserError(
            _("Tên biểu trưng chỉ gồm chữ không dấu, số và gạch nối, dài nhất 40 chữ, ví dụ “quoc-huy”."), code="name"
        )
    clean = images.cleaned(content, longest=LONGEST_SIDE, transparent=True)
    png = clean.content if clean.suffix == ".png" else images.as_png(clean.content)
    with transaction.atomic():
        if Emblem.objects.filter(commune=commune).count() >= MOST:
            raise UserError(
                _("%(commune)s đã có %(count)d biểu trưng, nhiều nhất là chừng đó.")
                % {"commune": commune, "count": MOST},
                code="too_many",
            )
        stored = files.store(
            source=io.BytesIO(png), name=f"{name}.png", content_type="image/png", commune=commune, user=user
        )
        try:
            with transaction.atomic():
                emblem = Emblem.objects.create(
                    commune=commune, name=name, file=stored, width=clean.width, height=clean.height, created_by=user
                )
        except IntegrityError as error:
            raise UserError(
                _("%(commune)s đã có biểu trưng tên “%(name)s”. Hãy đặt tên khác.")
                % {"commune": commune, "name": name},
                code="name_taken",
            ) from error
        _record("emblem.add", emblem)
    return emblem


def remove(*, user: Any, emblem: Emblem) -> None:
    """Delete a picture that no design of the commune shows; raises UserError that names the first that does.

    The bytes stay where a batch was ordered with them: it is drawn as on its day, whatever becomes of the emblem.
    """
    access.require(user, Capability.PRINT, emblem.commune)
    with transaction.atomic():
        Emblem.objects.select_for_update().filter(pk=emblem.pk).first()  # see `hold`: batches are counted after it
        for design in OwnPlateDesign.objects.filter(commune=emblem.commune).order_by("name"):
            if emblem.name in emblems_of(design.source):
                raise UserError(
                    _("Mẫu biển “%(design)s” đang dùng biểu trưng “%(name)s”. Hãy bỏ nó khỏi mẫu trước.")
                    % {"design": design.name, "name": emblem.name},
                    code="in_use",
                )
        _record("emblem.remove", emblem)
        stored = emblem.file
        emblem.delete()
        in_batch = {"emblems": {emblem.name: stored.sha256}}
        if not PlateBatch.objects.filter(commune=emblem.commune, design__contains=in_batch).exists():
            files.discard(stored)


def _record(action: str, emblem: Emblem) -> None:
    audit.record(action, subject=emblem.name, table=Emblem._meta.db_table, row_id=emblem.pk, commune=emblem.commune_id)
