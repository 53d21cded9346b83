"""What the survey refuses, with codes that phones act upon (`static/js/survey/judging.js`, docs/survey.md)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping.errors import Busy, Conflict, NotAllowed, UserError

FieldFault = dict[str, str]
"""{field, code, error}: error is the sentence by the field."""


class Faults(UserError):
    """Answers that cannot be taken as they are, each named with its field; nothing of the operation was kept."""

    status = 422

    def __init__(self, faults: Sequence[FieldFault]) -> None:
        sentence = ngettext(
            "Chưa nhận được vì %(count)d mục cần sửa: %(first)s",
            "Chưa nhận được vì %(count)d mục cần sửa, trước hết: %(first)s",
            len(faults),
        ) % {"count": len(faults), "first": faults[0]["error"]}
        super().__init__(sentence, code="faults")
        self.details: dict[str, Any] = {"faults": list(faults)}


def other_person() -> NotAllowed:
    """The phone sends another person's work than that of whoever has signed in."""
    return NotAllowed(
        _("Bản này do người khác ghi trên máy này. Hãy đăng nhập bằng tài khoản của người đó để gửi."),
        code="other_person",
    )


def device_revoked() -> NotAllowed:
    """The phone was revoked for this person."""
    return NotAllowed(
        _("Máy này đã bị thu hồi nên không gửi được nữa. Những gì đã ghi vẫn còn trên máy; hãy hỏi cán bộ xã."),
        code="device_revoked",
    )


def too_many_devices_in_session() -> NotAllowed:
    """More phones than use one session: the ids were made by a program."""
    return NotAllowed(
        _("Phiên đăng nhập này đã dùng cho quá nhiều máy. Hãy đăng xuất rồi đăng nhập lại; những gì đã ghi vẫn còn."),
        code="too_many_devices",
    )


def too_many_devices(most: int, hours: int) -> NotAllowed:
    """More new phones of one person than anybody has."""
    return NotAllowed(
        _("Trong %(hours)d giờ mỗi người chỉ dùng được %(most)d máy mới. Hãy dùng máy cũ, hoặc đợi rồi gửi lại.")
        % {"hours": hours, "most": most},
        code="too_many_devices",
    )


def round_not_begun(name: str, first: datetime.date) -> NotAllowed:
    """The round takes nothing yet."""
    return NotAllowed(
        _("Đợt điều tra “%(round)s” bắt đầu ngày %(first)s. Những gì đã ghi vẫn còn trên máy; hãy gửi lại từ ngày đó.")
        % {"round": name, "first": f"{first:%d/%m/%Y}"},
        code="round_closed",
    )


def assignment_ended(village: str) -> NotAllowed:
    """The person no longer walks this village."""
    return NotAllowed(
        _("Bạn không còn được giao điều tra %(village)s. Những gì đã ghi vẫn còn trên máy; hãy hỏi cán bộ xã.")
        % {"village": village},
        code="assignment_ended",
    )


def nothing_given() -> NotAllowed:
    """The person has no right to survey anywhere any more: as in one village, so that phones keep it and try again."""
    return NotAllowed(
        _("Bạn không còn được giao điều tra ở đâu nữa. Những gì đã ghi vẫn còn trên máy; hãy hỏi cán bộ xã."),
        code="assignment_ended",
    )


def round_closed(name: str) -> NotAllowed:
    """Nothing more is taken in this round."""
    return NotAllowed(
        _("Đợt điều tra “%(name)s” đã đóng nên không nhận thêm. Những gì đã ghi vẫn còn trên máy; hãy hỏi cán bộ xã.")
        % {"name": name},
        code="round_closed",
    )


def busy() -> Busy:
    """Somebody moves houses of the commune just now, as an import does."""
    return Busy(
        _("Máy chủ đang ghi việc khác của xã này. Những gì đã ghi vẫn còn trên máy; máy sẽ tự gửi lại sau ít phút."),
        seconds=10,
    )


def other_body() -> Conflict:
    """The id of an operation came again with another body: the phone has made a mistake, and both are kept."""
    return Conflict(
        _("Máy gửi hai nội dung khác nhau dưới cùng một mã, nên bản sau không được nhận. Hãy mở nhà này và lưu lại."),
        code="other_body",
    )
