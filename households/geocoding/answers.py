"""The answer to one written address, as pages, files and programs show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.codes import format_house_code
from households.geocoding.deciding import Grade, Verdict
from households.geocoding.understanding import Note

GRADE_LABELS: Final[dict[Grade, Promise]] = {
    "exact": gettext_lazy("đúng nhà"),
    "close": gettext_lazy("gần đúng"),
    "former": gettext_lazy("địa chỉ cũ"),
    "several": gettext_lazy("chưa rõ nhà nào"),
    "street": gettext_lazy("chỉ thấy đường, ngõ"),
    "village": gettext_lazy("chỉ thấy thôn"),
    "none": gettext_lazy("không tìm thấy"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """One thing an address may mean; `code` is "" for a street or village. Degrees in EPSG:4326, None where unknown."""

    code: str
    address: str
    short: str
    lng: float | None
    lat: float | None
    near: str = ""
    near_code: str = ""
    """Of a street the house whose number comes nearest: number and street, and its code."""

    @property
    def formatted_code(self) -> str:
        """The code in groups, as people read it."""
        return format_house_code(self.code) if self.code else ""

    @property
    def maps_url(self) -> str:
        """The place on Google Maps; "" where it is not known."""
        if self.lat is None or self.lng is None:
            return ""
        return f"https://www.google.com/maps/search/?api=1&query={self.lat:.7f},{self.lng:.7f}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address means: how well it was found, how surely (0 to 1), where, and why, in sentences."""

    asked: str
    grade: Grade
    confidence: float
    found: list[Found] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """The grade in words."""
        return str(GRADE_LABELS[self.grade])

    @property
    def first(self) -> Found | None:
        """The likeliest of what was found."""
        return self.found[0] if self.found else None

    @property
    def reason(self) -> str:
        """All reasons in one line."""
        return "; ".join(self.reasons)


def reasons_of(verdict: Verdict, *, several: int = 0) -> list[str]:
    """Return the sentences that explain a verdict, in the language of now."""
    told = [_sentence(note) for note in verdict.notes]
    if verdict.grade == "several" and several > 1:
        told.insert(0, _("có %(count)d khả năng, không chọn thay người hỏi") % {"count": several})
    if verdict.words:
        told.append(_("không hiểu: %(words)s") % {"words": ", ".join(verdict.words)})
    return list(dict.fromkeys(told))


def asked_too_fast() -> str:
    """What is said over the limit of how often somebody may ask."""
    return _("Địa chỉ gửi lên quá nhanh; hãy chờ rồi gửi tiếp.")


def _sentence(note: Note) -> str:
    params = {"typed": note.typed, "known": note.known}
    if note.code == "number_not_there" and not note.known:
        return _("không có số %(typed)s ở đó") % params
    if note.code == "number_not_there" and note.where:
        params["where"] = note.where
        return _("không có số %(typed)s trên %(where)s; gần nhất là số %(known)s") % params
    sentences = {
        "read_as": _("“%(typed)s” được hiểu là “%(known)s”"),
        "unknown_street": _("không có đường, ngõ nào tên “%(typed)s” ở xã này"),
        "more_than_street": _("“%(typed)s” có thể là “%(known)s” hoặc một đường, ngõ khác"),
        "too_little": _("không ghi đường, ngõ hay thôn nào"),
        "unknown_village": _("không có “%(typed)s” ở xã này"),
        "other_commune": _("xã khác: %(typed)s"),
        "other_province": _("tỉnh khác: %(typed)s"),
        "other_village": _("số nhà này nằm ở thôn khác với thôn đã ghi"),
        "street_not_said": _("không ghi đường, ngõ; nhà này ở %(typed)s"),
        "closed": _("nhà này đã đóng"),
        "no_number": _("không ghi số nhà"),
        "number_not_there": _("không có số %(typed)s ở đó; gần nhất là số %(known)s"),
        "former": _("địa chỉ này nay là %(typed)s"),
        "had_it_before": _("nhà %(typed)s trước đây mang địa chỉ này"),
        "no_commune": _("không rõ xã nào; hãy ghi tên xã hoặc chọn xã"),
        "former_unit": _("“%(typed)s” là tên cũ; nhà được tìm theo các phần còn lại của địa chỉ"),
        "former_village_alone": _("“%(typed)s” là tên cũ; nay cũng có nơi tên ấy, có thể ở chỗ khác"),
        "unknown_former_commune": _("“%(typed)s” là tên cũ, không rõ nay thuộc xã nào"),
        "not_former": _("không nhà nào được ghi là từng mang địa chỉ cũ này; nhà này mang nó hiện nay"),
        "said_before": _("địa chỉ trước đây được ghi kèm là %(typed)s"),
        "unknown_code": _("không có nhà mang mã %(typed)s trong phạm vi bạn được xem"),
        "empty": _("không có địa chỉ"),
        "too_long": _(
            "quá dài, hoặc có quá nhiều chữ viết tắt để hiểu được; hãy chỉ ghi số nhà, đường hoặc ngõ, thôn và xã"
        ),
    }
    return sentences[note.code] % params
