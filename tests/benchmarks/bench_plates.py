"""Plates: 10,000 of them from the database to a PDF, against the usual way.

The usual way is what a first search finds: `qrcode` makes a PNG for each plate and reportlab's canvas draws it
beside the same words. It runs on 1,000 of the same plates and is compared as a rate.

A batch goes the way of a job: ordered, drawn and frozen, files kept, released, everything but reading back, which is
measured by itself. On one core the database's process shares that core; the usual way, which uses one, is measured on
2,000 of the same plates in the same run.
"""

from __future__ import annotations

import io
import os
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.benchmarks import measure

PLATES, MANY, USUAL = 10_000, 100_000, 1_000
USUAL_OF_BATCH = 2_000
READ = 4_000
PREVIEWS = 7
HOST = "sonha.thanhhoa.gov.vn"


def run(report: measure.Report) -> None:
    """Measure plates a second, bytes a plate and peak memory."""
    small, large = _commune(16543, PLATES), _commune(14758, MANY)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plates.pdf"
        # Both peaks count from what the process holds before its first plate, the larger run first.
        with measure.PeakMemory() as peak_of_many:
            seconds_of_many = _ours(large, path)
        with measure.PeakMemory() as peak:
            _ours(small, path)  # also gives every house its plate: what follows prints a commune again
        peak_of_few = peak.megabytes + (peak.before - peak_of_many.before) / 1e6
        bytes_a_plate = path.stat().st_size / PLATES
        ours, usual = measure.interleaved(lambda: PLATES / _ours(small, path), lambda: USUAL / _usual(small, path))
    _batches(report)
    _preview(report)
    report("plates_per_second", "plates/s", ours, usual, "qrcode PNG and reportlab drawImage", PLATES)
    report("first_run_plates_per_second", "plates/s", MANY / seconds_of_many, None, None, MANY)
    report("bytes_per_plate", "bytes", bytes_a_plate, None, None, PLATES)
    report("peak_mb", "MB", peak_of_few, None, None, PLATES)
    report("peak_mb", "MB", peak_of_many.megabytes, None, None, MANY)


def _batches(report: measure.Report) -> None:
    """Batches of 100,000 plates on all cores and on one, and reading back on one."""
    from households.plates import frozen

    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as media:
        settings.MEDIA_ROOT = media
        for count in (2, 1):
            if len(cores) < count:
                continue
            commune = _commune(20000 + count, MANY)
            batch, work = _ordered(commune)
            with _on(cores[:count]):
                with measure.PeakMemory() as peak:
                    seconds = measure.seconds(lambda batch=batch, work=work: _job(batch, work))
                usual = measure.seconds(
                    lambda commune=commune: _draw_the_usual_way(commune, Path(media) / "usual.pdf", USUAL_OF_BATCH)
                )
            kept = batch.files.select_related("file").get().file
            report(
                f"job_plates_per_second_{count}", "plates/s", MANY / seconds, USUAL_OF_BATCH / usual,
                "qrcode PNG and reportlab drawImage", MANY,
            )  # fmt: skip
            report(f"job_peak_mb_{count}", "MB", peak.megabytes, None, None, MANY)
            report("job_bytes_per_plate", "bytes", kept.size / MANY, None, None, MANY)
        (pages,) = frozen.pages_of(batch)
        with _on(cores[:1]):
            seconds = measure.seconds(
                lambda: _read(Path(media) / kept.sha256[:2] / kept.sha256[2:4] / kept.sha256, pages)
            )
        report("read_back_per_second", "plates/s", READ / seconds, None, None, READ)


def _ordered(commune: Any) -> tuple[Any, Any]:
    """A batch of the whole commune as somebody ordered it, and its job as a worker sees it."""
    from households.plates import batching
    from households.plates.choosing import Choice
    from mapping.jobs import Work
    from mapping.models import User

    user, _ = User.objects.get_or_create(username="bench", defaults={"is_superuser": True})
    settings.PLATE_HOST = HOST
    batch = batching.order(user=user, commune=commune, choice=Choice())
    return batch, Work(batch.job)


def _job(batch: Any, work: Any) -> None:
    """What a worker does of a batch, but for reading it back."""
    from households.plates import making, releasing
    from mapping import wall

    with wall.acting(work.user):
        making.make(batch, work.user, lambda done: work.progress(done // 5, MANY + 1))
        releasing.release(batch)
    work.close()


def _read(path: Path, pages: Any) -> None:
    from mapping.printing.reading_apart import read_slices

    slices = [(first, first + 50) for first in range(0, READ // pages.sheet.cells, 50)]
    read = [texts for part in read_slices(path, pages.sheet, slices, processes=1) for page in part for texts in page]
    if len(read) != READ or not all(len(texts) == 1 for texts in read):
        raise RuntimeError("not every symbol was read")


@contextmanager
def _on(cores: list[int]) -> Iterator[None]:
    """Keep this process, those it starts and its database process to these cores."""
    from django.db import connection

    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    before = os.sched_getaffinity(0)
    try:
        for process in (*_threads(), backend):
            os.sched_setaffinity(process, cores)
        yield
    finally:
        for process in (*_threads(), backend):
            with suppress(ProcessLookupError):
                os.sched_setaffinity(process, before)


def _threads() -> list[int]:
    return [int(task.name) for task in Path("/proc/self/task").iterdir()]


def _preview(report: measure.Report) -> None:
    """The first page of a batch as a picture, as whoever edits a design sees it."""
    from households.plates import press, preview
    from households.plates.shipped import CUSTOMARY, shipped_designs
    from mapping.printing.sheet import A4_PLATES

    faces = _faces(A4_PLATES.cells)
    design, fonts = shipped_designs()[CUSTOMARY], press.fonts()
    taken = [
        measure.seconds(lambda: preview.first_page_png(design, A4_PLATES, faces, fonts, 110)) for _ in range(PREVIEWS)
    ]
    report("preview_ms", "ms", 1000 * statistics.median(taken), None, None, A4_PLATES.cells)


def _faces(count: int) -> list[Any]:
    from households import codes
    from households.plates.design import PlateFace

    place = codes.plus_code(19.67, 105.81)
    return [
        PlateFace(
            token, "123-456-789", place, f"12/{number}", "Ngõ Đình", "Thôn Đông Hoà", "Xã Quảng Bình", "Tỉnh Thanh Hóa",
            HOST, codes.plate_url(HOST, token, place), codes.google_maps_url(19.67, 105.81),
        )
        for number, token in enumerate(codes.new_tokens(count))
    ]  # fmt: skip


def _commune(code: int, houses: int) -> Any:
    """Make a commune of that many houses along alleys, in twelve villages."""
    from django.contrib.gis.geos import MultiPolygon, Polygon

    from mapping.models import Unit, UnitKind

    outline = MultiPolygon(Polygon.from_bbox((105.79, 19.65, 105.83, 19.69)), srid=4326)
    province, _ = Unit.objects.get_or_create(
        kind=UnitKind.PROVINCE, code="38", defaults={"designation": "Tỉnh", "name": "Thanh Hóa", "vn2000_srid": 5897}
    )
    commune = Unit.objects.create(
        kind=UnitKind.COMMUNE,
        code=str(code),
        designation="Xã",
        name="Quảng Bình",
        parent=province,
        vn2000_srid=5897,
        outline=outline,
    )
    villages = [
        Unit.objects.create(
            kind=UnitKind.VILLAGE,
            code=f"{code}-{n:02d}",
            designation="Thôn",
            name=name,
            parent=commune,
            vn2000_srid=5897,
        ).pk
        for n, name in enumerate(
            (
                "Xa Thư",
                "Đông Hoà",
                "Thanh Trung",
                "Tiền Phong",
                "Hải Lộc",
                "Bình Giang",
                "Phú Đa",
                "Lộc Tại",
                "Đức Giáo",
                "Trung Đình",
                "Mỹ Khê",
                "Cổ Định",
            ),
            1,
        )
    ]
    from households.codes import house_codes

    with measure.owner_connection() as connection:
        numbers = [
            n
            for (n,) in connection.execute(
                "SELECT nextval('households_house_code_number') FROM generate_series(1, %s)", [houses]
            )
        ]
        connection.execute(
            """
            INSERT INTO households_house (id, code, commune_id, village_id, number, street, location, location_source,
                state, closed_reason, note, version, created_at, updated_at)
            SELECT gen_random_uuid(), code, %s, (%s::bigint[])[1 + n %% 12],
                   CASE WHEN n %% 7 = 0 THEN (n / 24 %% 60)::text || '/' || (n %% 9)::text
                        ELSE (n / 12 %% 300)::text END,
                   (ARRAY['Ngõ Đình', 'Ngõ Chùa', 'Đường Trần Phú', 'Ngõ Giếng', ''])[1 + n / 700 %% 5],
                   ST_SetSRID(ST_MakePoint(105.79 + 0.04 * (n * 7919 %% 10007) / 10007,
                                           19.65 + 0.04 * (n * 6101 %% 10009) / 10009), 4326),
                   'import', 'active', '', '', 1, now(), now()
              FROM unnest(%s::text[]) WITH ORDINALITY AS numbered (code, n)
            """,
            [commune.pk, villages, house_codes(numbers)],
        )
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE households_house")
    return commune


def _order(commune: Any) -> Any:
    from households.plates.press import PrintOrder
    from mapping.access import Scope

    return PrintOrder(commune=commune, scope=Scope(everything=True, unit_ids=frozenset()), host=HOST)


def _ours(commune: Any, path: Path) -> float:
    from households.plates import press

    return measure.seconds(lambda: press.print_plates(_order(commune), path=path))


def _usual(commune: Any, path: Path) -> float:
    return measure.seconds(lambda: _draw_the_usual_way(commune, path.with_name("usual.pdf")))


def _draw_the_usual_way(commune: Any, path: Path, count: int = USUAL) -> None:
    import qrcode
    from django.conf import settings
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from households import codes
    from households.models import Plate

    pdfmetrics.registerFont(TTFont("Noto", settings.FONT_REGULAR))
    plates = Plate.objects.filter(house__commune=commune).select_related("house__village", "house__commune__parent")
    canvas = Canvas(str(path), pagesize=A4)
    for index, plate in enumerate(plates[:count]):
        house = plate.house
        x, y = (8 + index % 2 * 99) * mm, (219.5 - index // 2 % 4 * 69) * mm
        symbol = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=4)
        symbol.add_data(codes.plate_url(HOST, plate.token, plate.plus_code))
        picture = io.BytesIO()
        symbol.make_image().save(picture, "PNG")
        picture.seek(0)
        canvas.rect(x, y, 95 * mm, 65 * mm)
        canvas.drawImage(ImageReader(picture), x + 53 * mm, y + 23 * mm, 36 * mm, 36 * mm)
        canvas.setFont("Noto", 40)
        canvas.drawString(x + 6 * mm, y + 42 * mm, house.number)
        canvas.setFont("Noto", 9)
        lines = (
            house.street,
            str(house.village or ""),
            str(house.commune),
            str(house.commune.parent),
            codes.format_house_code(house.code),
            plate.plus_code,
            codes.format_token(plate.token),
            HOST,
            "Trang này không bao giờ hỏi tiền, mã OTP hay mật khẩu",
        )
        for row, line in enumerate(lines):
            canvas.drawString(x + 6 * mm, y + (36 - 4 * row) * mm, line)
        if index % 8 == 7:
            canvas.showPage()
    canvas.save()
