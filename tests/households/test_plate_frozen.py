"""What a batch was ordered with stays as it was: emblems of its design that are removed or drawn anew since."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from households.models import BatchState, House, PlateBatch
from households.plates import batching, emblems, frozen, own_designs, press
from households.plates.choosing import Choice
from households.plates.drawing import write_plates
from households.plates.shipped import source_of
from mapping import files
from mapping.errors import UserError
from mapping.models import StoredFile, Unit
from tests import factories

Run = Callable[[], None]
RED, GREEN = (200, 20, 20), (20, 160, 20)


@pytest.fixture(autouse=True)
def plate_host(settings: Any) -> None:
    settings.PLATE_HOST = "sonha.example.vn"


@pytest.fixture
def house(transactional_db: None, commune: Unit) -> House:
    return factories.house(commune, number="12", street="Ngõ Đình", village=factories.village(commune))


def of_colour(colour: tuple[int, int, int]) -> bytes:
    png = io.BytesIO()
    Image.new("RGB", (60, 60), colour).save(png, "PNG")
    return png.getvalue()


def order(user: Any, commune: Unit, design: str) -> PlateBatch:
    return batching.order(user=user, commune=commune, choice=Choice(), design=design, proof=False)


def with_emblem(user: Any, commune: Unit) -> tuple[Any, Any]:
    """An emblem of one colour and a design that shows it."""
    emblem = emblems.add(user=user, commune=commune, name="huy-hieu", content=of_colour(RED))
    written = json.loads(source_of("house-number")) | {"images": [{"emblem": "huy-hieu", "box": [6, 46, 12, 12]}]}
    design = own_designs.add(user=user, commune=commune, name="Biển xã", source=json.dumps(written))
    return emblem, design


def remove(user: Any, emblem: Any, design: Any) -> None:
    own_designs.remove(user=user, design=design, version=design.version)
    emblems.remove(user=user, emblem=emblem)


def drawn_again(batch: PlateBatch) -> bytes:
    """The sheets of a printed batch, from what it keeps."""
    batch = PlateBatch.objects.select_related("commune__parent").get(pk=batch.pk)
    pages, out = frozen.pages_of(batch)[0], io.BytesIO()
    write_plates(
        out, frozen.faces_of(batch), design=frozen.design_of(batch), sheet=pages.sheet, fonts=press.fonts(),
        proof=batch.is_proof, skip=pages.skip, copies=batch.copies,
        title=f"Biển số nhà, {batch.commune}, lô {batch.number}",
    )  # fmt: skip
    return out.getvalue()


def file_of(batch: PlateBatch) -> bytes:
    return files.path_of(batch.files.get().file).read_bytes()


def shows(content: bytes, colour: tuple[int, int, int], folder: Path) -> bool:
    path = folder / "plates.pdf"
    path.write_bytes(content)
    picture = pypdfium2.PdfDocument(path)[0].render(scale=2).to_pil().convert("RGB")
    return any(
        max(abs(a - b) for a, b in zip(seen, colour, strict=True)) < 12 for _n, seen in picture.getcolors(1 << 24)
    )


def test_a_batch_that_waits_is_printed_though_its_emblem_was_removed_or_drawn_anew(
    house: House, commune: Unit, officer: Any, run_jobs: Run, tmp_path: Path
) -> None:
    emblem, design = with_emblem(officer, commune)
    waiting = order(officer, commune, str(design.pk))
    remove(officer, emblem, design)
    emblems.add(user=officer, commune=commune, name="huy-hieu", content=of_colour(GREEN))
    run_jobs()
    waiting.refresh_from_db()
    assert waiting.state == BatchState.PRINTED, waiting.job.told
    assert shows(file_of(waiting), RED, tmp_path) and not shows(file_of(waiting), GREEN, tmp_path)


def test_the_same_bytes_are_drawn_after_the_emblem_was_removed(
    house: House, commune: Unit, officer: Any, run_jobs: Run
) -> None:
    emblem, design = with_emblem(officer, commune)
    batch = order(officer, commune, str(design.pk))
    run_jobs()
    before = file_of(batch)
    assert drawn_again(batch) == before
    remove(officer, emblem, design)
    assert drawn_again(batch) == before == file_of(batch)


def test_an_emblem_that_no_batch_shows_goes_with_its_bytes(commune: Unit, officer: Any, house: House) -> None:
    emblem, design = with_emblem(officer, commune)
    order(officer, commune, "house-number")
    kept = files.path_of(emblem.file)
    remove(officer, emblem, design)
    assert not kept.exists() and not StoredFile.objects.exists()


def test_an_emblem_removed_while_an_order_is_taken_is_said_and_nothing_is_ordered(
    house: House, commune: Unit, officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    emblem, design = with_emblem(officer, commune)
    count = batching.choosing.count

    def meanwhile(*asked: Any) -> int:
        remove(officer, emblem, design)
        return count(*asked)

    monkeypatch.setattr(batching.choosing, "count", meanwhile)
    with pytest.raises(UserError, match="Biểu trưng “huy-hieu” vừa được thay hoặc xóa"):
        order(officer, commune, str(design.pk))
    assert not PlateBatch.objects.exists()
