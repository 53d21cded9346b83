"""Why there are points and no map: what is missing, and what would help."""

from __future__ import annotations

from mapping.wording import decimal
from mapping.wording import gettext as _
from soil_map.kriging.gate import FEWEST, Refusal
from soil_map.models import Surface


def sentence(surface: Surface) -> str:
    """Say why a refused surface is none, with its figures; to whoever may not see private samples, of the others."""
    if not surface.model.get("is_without_private"):
        return _why(surface)
    if not surface.refusal:
        return _("Bản đồ này có tính mẫu riêng tư nên không để mọi người xem. Xã tính lại thì có bản cho mọi người.")
    return _("%(why)s Mẫu riêng tư không được tính vào bản đồ của mọi người.") % {"why": _why(surface)}


def _why(surface: Surface) -> str:
    places = surface.model.get("places", surface.sample_count)
    if surface.refusal == Refusal.FEW:
        return _(
            "Cần ít nhất %(least)d điểm lấy mẫu khác nhau để nội suy, mới có %(places)d, nên bản đồ chỉ vẽ các điểm. "
            "Hãy lấy thêm %(more)d điểm, rải đều trong xã."
        ) % {"least": FEWEST, "places": places, "more": FEWEST - places}
    if surface.refusal == Refusal.ALL_EQUAL:
        return _(
            "Mọi điểm có cùng một giá trị, nên không có gì để nội suy: bản đồ chỉ vẽ các điểm. "
            "Hãy kiểm tra cột này của phiếu kết quả."
        )
    if surface.refusal == Refusal.FEW_BINS:
        return _(
            "Các điểm chỉ cách nhau một hai khoảng cách, nên không biết giá trị đổi theo khoảng cách thế nào: bản đồ "
            "chỉ vẽ các điểm. Hãy lấy thêm mẫu ở những khoảng cách khác nhau, gần và xa."
        )
    return _without_gain(surface)


def _without_gain(surface: Surface) -> str:
    """No better than the mean, with both errors where they are kept."""
    record = surface.validation
    least = min((one["rmse"] for one in record.get("candidates", ())), default=None)
    if least is None:
        return _("Giá trị ở các điểm gần nhau không giống nhau hơn ở các điểm xa nhau, nên bản đồ chỉ vẽ các điểm.")
    digits = surface.method.property.decimals + 1
    return _(
        "Đoán mỗi điểm từ các điểm quanh nó sai trung bình %(error)s, không hơn hẳn lấy trung bình cả xã (%(mean)s), "
        "nên bản đồ chỉ vẽ các điểm. Đất ở đây đổi nhiều trong khoảng ngắn: hãy lấy mẫu dày hơn, hoặc trộn nhiều mẫu "
        "con hơn cho mỗi điểm."
    ) % {"error": decimal(least, digits), "mean": decimal(record["rmse_of_mean"], digits)}
