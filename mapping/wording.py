"""Sentences that are kept and read later, perhaps by someone who reads another language.

`gettext` and `ngettext` of here are Django's; their answer is a `str` in the language of now that remembers message
and parameters. `to_json` keeps these, `said` says them again in the reader's language. Sentences that end long work or
fail it are written with these two.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.formats import number_format

Wording = dict[str, Any]
"""{"text": message, "many": its plural, "count": n, "params": {name: value}}; a value may be a wording itself.

{"number": n, "digits": how many}, with `"spare": False` where zeros at its end are left out, is said with the reader's
decimal mark.
"""


class Sentence(str):
    """A sentence in the language of now. What is cut, joined or changed is a plain `str` again."""

    wording: Wording

    @classmethod
    def of(cls, wording: Wording) -> Sentence:
        """Say the wording in the language of now."""
        sentence = cls(said(wording))
        sentence.wording = wording
        return sentence

    def __mod__(self, params: Any) -> Sentence:
        """Fill in named parameters: numbers stay numbers, sentences are said in the reader's language too."""
        values: Mapping[str, Any] = params
        return Sentence.of({**self.wording, "params": {name: _kept(value) for name, value in values.items()}})


def gettext(message: str) -> Sentence:
    """Translate, and remember what was translated."""
    return Sentence.of({"text": message})


def ngettext(one: str, many: str, count: int) -> Sentence:
    """Translate by number, and remember what was translated."""
    return Sentence.of({"text": one, "many": many, "count": count})


def decimal(value: float, digits: int = 1) -> Sentence:
    """A number with so many digits behind the decimal mark of whoever reads it: "0,384" or "0.384"."""
    return Sentence.of({"number": float(value), "digits": digits})


def number(value: float, most: int = 3) -> Sentence:
    """A number with at most so many digits behind the decimal mark, and no zeros at its end."""
    return Sentence.of({"number": float(value), "digits": most, "spare": False})


def to_json(sentence: str) -> Wording | None:
    """The wording to keep; None for a text that has none."""
    return sentence.wording if isinstance(sentence, Sentence) else None


def said(wording: Wording) -> str:
    """Say a wording in the language of now."""
    if "number" in wording:
        return _number(wording)
    if "many" in wording:
        text = translation.ngettext(wording["text"], wording["many"], wording["count"])
    else:
        text = translation.gettext(wording["text"])
    if "params" not in wording:
        return text
    return text % {name: said(v) if isinstance(v, dict) else v for name, v in wording["params"].items()}


def _number(wording: Wording) -> str:
    text = f"{wording['number']:.{wording['digits']}f}"
    if not wording.get("spare", True) and "." in text:
        text = text.rstrip("0").rstrip(".")
    return number_format(Decimal(text), use_l10n=True, force_grouping=False)


def _kept(value: Any) -> Any:
    if isinstance(value, Sentence):
        return value.wording
    return value if isinstance(value, int | float) else str(value)
