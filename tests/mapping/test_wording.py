"""A sentence that is kept is read in the language of whoever reads it."""

from __future__ import annotations

import json

from django.utils import translation

from mapping import wording
from mapping.wording import gettext as _
from mapping.wording import ngettext


def kept(sentence: str) -> wording.Wording:
    """What lies in the database."""
    found = wording.to_json(sentence)
    assert found is not None
    copy: wording.Wording = json.loads(json.dumps(found))
    return copy


def test_a_sentence_is_said_in_the_language_of_now_and_again_in_the_readers() -> None:
    with translation.override("vi"):
        sentence = _("Tệp “%(file)s” lớn hơn %(limit_mb)d MB; hãy chia thành nhiều tệp.") % {
            "file": "100% hộ.xlsx", "limit_mb": 5,
        }  # fmt: skip
        assert sentence == "Tệp “100% hộ.xlsx” lớn hơn 5 MB; hãy chia thành nhiều tệp."
    with translation.override("en"):
        said = wording.said(kept(sentence))
        assert said == "The file “100% hộ.xlsx” is larger than 5 MB; split it into several files."


def test_a_sentence_inside_a_sentence_and_a_plural_are_said_in_the_readers_language_too() -> None:
    with translation.override("vi"):
        pages = ngettext("trên %(pages)d tờ", "trên %(pages)d tờ", 1) % {"pages": 1}
        sentence = _("Không ghi được tệp “%(name)s” lên máy chủ (%(reason)s); chưa có gì được lưu.") % {
            "name": "a", "reason": pages,
        }  # fmt: skip
    with translation.override("en"):
        said = wording.said(kept(sentence))
        assert "on 1 sheet)" in said, said
        assert "on 1 sheets" not in said
    with translation.override("vi"):
        assert "(trên 1 tờ)" in wording.said(kept(sentence))


def test_a_text_that_was_put_together_otherwise_has_no_wording() -> None:
    assert wording.to_json("Dòng 7") is None
    assert wording.to_json(_("Tóm tắt") + "!") is None
