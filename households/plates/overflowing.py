"""Which texts of which plates do not fit, without drawing them. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from households.plates.design import PlateDesign, PlateFace
from households.plates.drawing import Overflow, UnprintableCharacter
from households.plates.placing import place
from households.plates.typesetting import NotInFont, Typesetter
from mapping.printing.fonts import Fonts
from mapping.printing.pdf import PdfWriter
from mapping.printing.sheet import Sheet


def overflowing(faces: Iterable[PlateFace], design: PlateDesign, sheet: Sheet, fonts: Fonts) -> Iterator[Overflow]:
    """Yield each text that no size which can be read makes fit its box, in the order of the faces.

    `drawing.write_plates(on_overflow=…)` tells the same while it draws, at no cost of a second pass. Raises
    UnprintableCharacter.
    """
    texts = Typesetter(PdfWriter(io.BytesIO()), fonts, place(design, sheet).smallest_type)
    for face in faces:
        layout = design.layout(face)
        try:
            for field in (*layout.shared, *layout.fields):
                texts.field(field, field.texts(face))
        except NotInFont as error:
            raise UnprintableCharacter(face, error.character) from error
        for source, text in texts.too_long:
            yield Overflow(face, source, text)
        texts.too_long.clear()
