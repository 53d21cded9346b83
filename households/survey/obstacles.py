"""Why nothing of a visit can be written, as its house stands in the register, and which way leads on."""

from __future__ import annotations

from django.utils.translation import gettext as _

from households.models import House, HouseState, SurveyRound, SurveyVisit


def of_approval(visit: SurveyVisit, house: House | None) -> str:
    """Return why a visit cannot be approved; "" where it can.

    Only what a phone added is written as a new house: what the register has lost since was taken out by somebody. What
    went with the undo of another round's approval comes back by that one, with the house's id.
    """
    if house is None:
        if visit.is_new_house:
            return ""
        if (added := _undone(visit)) is not None:
            return _(
                "Nhà không còn trong hồ sơ: nhà này do đợt “%(round)s” thêm vào, và lần duyệt đó đã được hoàn tác. "
                "Muốn giữ nhà thì duyệt lại kết quả của đợt đó trước (nếu đã trả lại hoặc không nhận thì nhận lại), "
                "rồi duyệt kết quả này; nếu không thì hãy không nhận kết quả này."
            ) % {"round": added.name}
        return _(
            "Nhà không còn trong hồ sơ: có người đã rút nhà ra sau khi điện thoại tải về, nên duyệt không đưa nhà vào "
            "lại. Hãy không nhận kết quả này, hoặc thêm nhà ở bản đồ rồi nhờ người điều tra gửi cho nhà đó."
        )
    if house.state == HouseState.CLOSED:
        return _(
            "Nhà đã đóng nên không ghi vào được. Hãy mở lại nhà trong hồ sơ rồi duyệt, hoặc không nhận kết quả này."
        )
    return ""


def of_late_photos(house: House | None) -> str:
    """Return why photos that came after the approval cannot go into the house's record; "" where they can."""
    if house is None:
        return _("Nhà không còn trong hồ sơ nên không đưa ảnh vào được. Ảnh vẫn còn trong kết quả điều tra.")
    if house.state == HouseState.CLOSED:
        return _("Nhà đã đóng nên không đưa ảnh vào được. Hãy mở lại nhà trong hồ sơ rồi đưa ảnh vào.")
    return ""


def _undone(visit: SurveyVisit) -> SurveyRound | None:
    """The round whose visit adds the house again: none of its approvals stands, and it was not emptied since."""
    # By round and house, where an index leads: not among all visits of the commune.
    rounds = SurveyRound.objects.filter(commune=visit.commune_id).exclude(pk=visit.round_id)
    of_house = SurveyVisit.objects.filter(
        round__in=list(rounds.values_list("pk", flat=True)), house_id=visit.house_id, is_new_house=True, approvals=[]
    )
    found = of_house.exclude(location=None).select_related("round").order_by("pk").first()
    return None if found is None else found.round
