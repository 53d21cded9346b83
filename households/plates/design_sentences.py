"""What is wrong with the JSON of a design, as sentences: grammar, unknown or missing members, kinds, ranges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from pydantic import ValidationError

from households.plates import design_schema
from mapping.json_places import JsonMistake, Path, Placed
from mapping.wording import gettext as _
from mapping.wording import number

Flaw = tuple[Path, bool, str]
"""Where it is, whether its name is meant rather than its value, and the sentence."""

_SYNTAX: Final[Mapping[str, Callable[[], str]]] = {
    "Expecting ',' delimiter": lambda: _("thiếu dấu phẩy trước chỗ này, hoặc thiếu dấu đóng ngoặc"),
    "Expecting ':' delimiter": lambda: _("thiếu dấu hai chấm sau tên mục"),
    "Expecting property name enclosed in double quotes": lambda: _(
        "chỗ này phải là tên mục trong ngoặc kép; sau mục cuối cùng không có dấu phẩy"
    ),
    "Illegal trailing comma before end of object": lambda: _("sau mục cuối cùng không có dấu phẩy"),
    "Illegal trailing comma before end of array": lambda: _("sau mục cuối cùng không có dấu phẩy"),
    "Expecting value": lambda: _("chỗ này thiếu một giá trị, hoặc giá trị không đúng dạng JSON"),
    "Extra data": lambda: _("sau dấu đóng ngoặc cuối cùng không được có gì nữa"),
    "Unterminated string starting at": lambda: _("chuỗi bắt đầu ở đây không có ngoặc kép đóng"),
    "Invalid control character at": lambda: _("trong chuỗi có xuống dòng hoặc phím tab; hãy viết chuỗi trên một dòng"),
}


def of_mistake(mistake: JsonMistake) -> str:
    """Say why a text is no JSON."""
    if mistake.reason == "doubled":
        return _("Mục “%(name)s” có hai lần; hãy bỏ một.") % {"name": mistake.detail}
    if mistake.reason == "deep":
        return _("Các ngoặc lồng nhau quá %(most)s lớp; không thiết kế nào cần thế.") % {"most": mistake.detail}
    why = _SYNTAX.get(mistake.detail)
    what = why() if why else _("dấu \\ trong chuỗi không đúng cách viết của JSON")
    return _("Không đọc được JSON: %(what)s.") % {"what": what}


def of_schema(error: ValidationError, placed: Placed) -> list[Flaw]:
    """Say what the schema refuses, in the order it was found."""
    return [_flaw(dict(one), placed) for one in error.errors(include_url=False)]


def written(path: Path) -> str:
    """A path as people write it: numbered.fields[2].box; empty for the whole."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def _flaw(error: dict[str, Any], placed: Placed) -> Flaw:
    path: Path = tuple(step for step in error["loc"] if step != "[key]")
    kind, limits = str(error["type"]), dict(error.get("ctx", {}))
    name = path[-1] if path else ""
    if kind == "extra_forbidden":
        return path, True, _unknown(path, placed)
    if kind == "missing" and isinstance(name, str):
        return path, False, _("Thiếu mục “%(name)s”.") % {"name": name}
    if kind == "literal_error":
        return path, False, _one_of(error, str(limits["expected"]))
    return path, False, _of_kind(kind, limits, str(written(path)))


def _unknown(path: Path, placed: Placed) -> str:
    """A member that no design has; with the name that was meant where one is near."""
    known = _members(path[:-1])
    near = get_close_matches(str(path[-1]), known, n=1)
    if near:
        return _("Không có mục “%(name)s”; có phải ý bạn là “%(near)s”?") % {"name": path[-1], "near": near[0]}
    return _("Không có mục “%(name)s”. Ở đây chỉ có: %(known)s.") % {"name": path[-1], "known": ", ".join(known)}


def _members(path: Path) -> list[str]:
    """The names of the members that may stand at a path."""
    model: Any = design_schema.Design
    for step in path:
        if isinstance(step, str) and hasattr(model, "model_fields") and step in model.model_fields:
            model = model.model_fields[step].annotation
        model = _inner(model)
    return list(model.model_fields) if hasattr(model, "model_fields") else []


def _inner(kind: Any) -> Any:
    """The part that a list, a mapping or a choice of it and nothing is made of."""
    while not hasattr(kind, "model_fields"):
        parts = [part for part in getattr(kind, "__args__", ()) if part not in (str, type(None))]
        if not parts:
            break
        kind = parts[-1]
    return kind


def _one_of(error: dict[str, Any], expected: str) -> str:
    known = expected.replace("' or '", "', '").replace("'", "")
    near = get_close_matches(str(error["input"]), known.split(", "), n=1)
    values = {"value": str(error["input"])[:40], "known": known, "near": near[0] if near else ""}
    if near:
        return _("Không có “%(value)s”; có phải ý bạn là “%(near)s”? Các giá trị có thể dùng: %(known)s.") % values
    return _("Không có “%(value)s”. Các giá trị có thể dùng: %(known)s.") % values


def _of_kind(kind: str, limits: dict[str, Any], name: str) -> str:
    """What a value has to be."""
    if kind in {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}:
        (limit,) = limits.values()
        sentences = {
            "greater_than": _("“%(name)s” phải lớn hơn %(limit)s."),
            "greater_than_equal": _("“%(name)s” ít nhất là %(limit)s."),
            "less_than": _("“%(name)s” phải nhỏ hơn %(limit)s."),
            "less_than_equal": _("“%(name)s” nhiều nhất là %(limit)s."),
        }
        return sentences[kind] % {"name": name, "limit": number(limit)}
    if kind in {"string_too_long", "string_too_short"}:
        if kind == "string_too_short":
            return _("“%(name)s” không được để trống.") % {"name": name}
        return _("“%(name)s” dài quá %(limit)d chữ.") % {"name": name, "limit": limits["max_length"]}
    if kind in {"too_long", "too_short"}:
        limit = limits.get("max_length", limits.get("min_length", 0))
        if kind == "too_short":
            return _("“%(name)s” phải có ít nhất %(limit)d mục.") % {"name": name, "limit": limit}
        return _("“%(name)s” có quá nhiều mục; nhiều nhất là %(limit)d.") % {"name": name, "limit": limit}
    if kind == "string_pattern_mismatch":
        if "#" in str(limits.get("pattern")):
            return _("“%(name)s” phải là màu viết dạng #0b2f6e.") % {"name": name}
        return _("“%(name)s” chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối, như bien-xanh.") % {"name": name}
    if kind.startswith(("float", "int", "finite")):
        return _("“%(name)s” phải là một số, không có ngoặc kép.") % {"name": name}
    if kind == "missing":
        return _("“%(name)s” thiếu một số.") % {"name": name.rpartition("[")[0]}
    if kind.startswith("string"):
        return _("“%(name)s” phải là chữ trong ngoặc kép.") % {"name": name}
    if kind.startswith("bool"):
        return _("“%(name)s” phải là true hoặc false.") % {"name": name}
    if kind.startswith(("list", "tuple")):
        return _("“%(name)s” phải là một danh sách trong ngoặc vuông.") % {"name": name}
    return _("“%(name)s” phải là một nhóm mục trong ngoặc nhọn.") % {"name": name or "{}"}
