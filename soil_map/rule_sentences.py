"""What is wrong with the terms of a dose rule, as a sentence that says where."""

from __future__ import annotations

from mapping.wording import Sentence
from mapping.wording import gettext as _
from soil_map.rule_terms import TermsWrong


def sentence_of(error: TermsWrong) -> Sentence:
    """Return what is wrong, where, and what would be right."""
    where = {"where": error.where}
    if error.code == "missing":
        return _("Số hạng “%(where)s” còn thiếu hoặc trống.") % where
    if error.code == "number":
        return _("Số hạng “%(where)s” phải là một số từ 0 đến mức có thể có.") % where
    if error.code == "sum":
        return (
            _(
                "Các phần chia theo vụ ở “%(where)s” phải cộng lại bằng 1: chất nào quy tắc cho bón thì phải chia hết "
                "vào các lần bón."
            )
            % where
        )
    if error.code == "order":
        return _("Giới hạn ở “%(where)s” phải lớn hơn giới hạn đứng trước.") % where
    if error.code == "nutrient":
        return _("“%(where)s” không phải chất dinh dưỡng; chỉ dùng n, p2o5 và k2o.") % where
    if error.code == "kind":
        return _("Không có cách tính nào tên “%(where)s”.") % where
    return _("Số hạng “%(where)s” phải là chữ, không để trống.") % where
