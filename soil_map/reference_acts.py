"""What an administrator does to class schemes and dose rules: another version, its approval, the approval taken back.

A version in use is never edited. Versions that are made here are numbered from `OWN_FROM`, so that the project can ship
further versions of its own without meeting them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from mapping import audit
from mapping.errors import Conflict, NotAllowed, UserError
from soil_map import classes, rule_terms
from soil_map.models import ClassScheme, DoseRule, RuleState, SchemeState, SoilClass
from soil_map.rule_sentences import sentence_of
from soil_map.schemes import schemes_of_all
from soil_map.surfaces import rezoning

OWN_FROM: Final = 1001
MOST_CLASSES: Final = 12


@dataclass(frozen=True, slots=True)
class TypedClass:
    """A class as it was typed, the lowest first; `lower` is None for it alone."""

    lower: float | None
    level: int
    label_vi: str
    label_en: str
    colour: str


class SchemeRefused(UserError):
    """Limits that do not put each value in one class; `row` is the class at fault, 0 the lowest."""

    def __init__(self, sentence: str, row: int | None = None) -> None:
        super().__init__(sentence, code="limits")
        self.row = row


def may_decide(user: Any) -> bool:
    """Whether somebody may make and approve versions: they hold for every commune."""
    return bool(user.is_authenticated and user.is_active and user.is_superuser)


def require_deciding(user: Any) -> None:
    """Raise NotAllowed for whoever is no administrator."""
    if not may_decide(user):
        raise NotAllowed(
            _("Thang phân cấp và quy tắc bón dùng chung cho mọi xã nên chỉ người quản trị hệ thống sửa và duyệt."),
            code="forbidden",
        )


def check_classes(typed: Sequence[TypedClass]) -> None:
    """Raise SchemeRefused, by the names of the classes, unless the limits rise and each value has one class."""
    if len(typed) < 2:
        raise SchemeRefused(_("Một thang cần ít nhất hai cấp."))
    if len(typed) > MOST_CLASSES:
        raise SchemeRefused(_("Một thang có nhiều nhất %(most)d cấp.") % {"most": MOST_CLASSES})
    for row, one in enumerate(typed):
        if not one.label_vi:
            raise SchemeRefused(_("Cấp thứ %(row)d chưa có tên.") % {"row": row + 1}, row)
        if row == 0 and one.lower is not None:
            raise SchemeRefused(
                _("Cấp thấp nhất “%(name)s” không có giới hạn dưới: hãy để trống.") % {"name": one.label_vi}, row
            )
        if row and one.lower is None:
            raise SchemeRefused(_("Cấp “%(name)s” chưa có giới hạn dưới.") % {"name": one.label_vi}, row)
        before = typed[row - 1] if row else None
        if before is not None and before.lower is not None and one.lower is not None and one.lower <= before.lower:
            raise SchemeRefused(
                _(
                    "Cấp “%(name)s” bắt đầu từ %(lower)s, không cao hơn cấp “%(before)s” đứng trước (từ %(limit)s), "
                    "nên hai cấp chồng nhau. Giới hạn phải tăng dần."
                )
                % {
                    "name": one.label_vi,
                    "lower": said(one.lower),
                    "before": before.label_vi,
                    "limit": said(before.lower),
                },
                row,
            )
        if any(one.label_vi == other.label_vi for other in typed[:row]):
            raise SchemeRefused(_("Hai cấp cùng tên “%(name)s”.") % {"name": one.label_vi}, row)
    classes.scheme([one.lower for one in typed])  # the same rule that values are classed by


@transaction.atomic
def add_scheme_version(
    *, user: Any, scheme: ClassScheme, name_vi: str, name_en: str, citation: str, typed: Sequence[TypedClass]
) -> ClassScheme:
    """Make a draft beside a scheme, for the same property, methods and unit. Raises NotAllowed, SchemeRefused."""
    require_deciding(user)
    check_classes(typed)
    held_before = _schemes_beside(scheme)
    made = ClassScheme.objects.create(
        key=scheme.key,
        version=_next(ClassScheme, scheme.key),
        property=scheme.property,
        unit=scheme.unit,
        name_vi=name_vi,
        name_en=name_en or name_vi,
        citation=citation,
        state=SchemeState.DRAFT,
    )
    made.methods.set(scheme.methods.all())
    SoilClass.objects.bulk_create(
        SoilClass(
            scheme=made,
            rank=rank,
            lower=one.lower,
            level=one.level,
            label_vi=one.label_vi,
            label_en=one.label_en or one.label_vi,
            colour=one.colour,
        )
        for rank, one in enumerate(typed)
    )
    _order_zones(made, held_before, user)  # beside a draft, the newest draft is the one that holds
    _written_down("soil.scheme", made, "new")
    return made


@transaction.atomic
def add_rule_version(
    *, user: Any, rule: DoseRule, name_vi: str, name_en: str, citation: str, terms: dict[str, Any]
) -> DoseRule:
    """Make a draft beside a rule, for the same crop and calculation. Raises NotAllowed, UserError for wrong terms."""
    require_deciding(user)
    check_terms(rule.kind, terms)
    made = DoseRule.objects.create(
        key=rule.key,
        version=_next(DoseRule, rule.key),
        crop=rule.crop,
        kind=rule.kind,
        name_vi=name_vi,
        name_en=name_en or name_vi,
        citation=citation,
        terms=terms,
        state=RuleState.DRAFT,
    )
    _written_down("soil.rule", made, "new")
    return made


def check_terms(kind: str, terms: dict[str, Any]) -> None:
    """Raise UserError, by the path of the term, unless a dose can be calculated with the terms."""
    try:
        rule_terms.check(kind, terms)
    except rule_terms.TermsWrong as error:
        raise UserError(sentence_of(error), code="terms") from error


def approve(*, user: Any, thing: ClassScheme | DoseRule) -> int:
    """Let classes and doses come from it; return of how many surfaces zones are drawn for it now.

    Raises NotAllowed, Conflict, UserError where it is wrong or has no source.
    """
    require_deciding(user)
    with transaction.atomic():
        held = _hold(thing)
        if held.state == SchemeState.APPROVED:
            raise Conflict(_("“%(name)s” đã được duyệt trước đó.") % {"name": held}, code="approved")
        if not held.citation.strip():
            raise UserError(_("“%(name)s” chưa ghi nguồn nên không duyệt được.") % {"name": held}, code="citation")
        if isinstance(held, ClassScheme):
            rows = held.classes.order_by("rank")
            check_classes([TypedClass(r.lower, r.level, r.label_vi, r.label_en, r.colour) for r in rows])
        else:
            check_terms(held.kind, held.terms)
        return _decide(held, SchemeState.APPROVED, user, by=user)


def withdraw(*, user: Any, thing: ClassScheme | DoseRule) -> int:
    """Make a draft of it again: no dose comes from it any more; return of how many surfaces zones are drawn now.

    Raises NotAllowed, Conflict.
    """
    require_deciding(user)
    with transaction.atomic():
        held = _hold(thing)
        if held.state != SchemeState.APPROVED:
            raise Conflict(_("“%(name)s” chưa được duyệt.") % {"name": held}, code="draft")
        return _decide(held, SchemeState.DRAFT, None, by=user)


def own_number(version: int) -> int | None:
    """Return which version of this server's own it is, from 1; None for one that the project ships."""
    return version - OWN_FROM + 1 if version >= OWN_FROM else None


def said(value: float) -> str:
    """A limit with the decimal mark of the reader's language, as short as it is."""
    from django.utils.formats import get_format

    return f"{value:g}".replace(".", str(get_format("DECIMAL_SEPARATOR")))


def _next(model: type[ClassScheme] | type[DoseRule], key: str) -> int:
    list(model.objects.select_for_update().filter(key=key).values_list("pk"))  # one new version after the other
    latest = model.objects.filter(key=key).aggregate(Max("version"))["version__max"] or 0
    return max(int(latest) + 1, OWN_FROM)


def _hold(thing: ClassScheme | DoseRule) -> Any:
    held = type(thing)._default_manager.select_for_update().filter(pk=thing.pk).first()
    if held is None:
        raise Conflict(_("Mục này vừa bị xóa."), code="gone")
    return held


def _decide(held: Any, state: str, approved_by: Any, *, by: Any) -> int:
    held_before = _schemes_beside(held) if isinstance(held, ClassScheme) else {}
    held.state, held.approved_by = state, approved_by
    held.approved_at = timezone.now() if approved_by else None
    held.save(update_fields=["state", "approved_by", "approved_at"])
    _written_down("soil.scheme" if isinstance(held, ClassScheme) else "soil.rule", held, str(state))
    return _order_zones(held, held_before, by) if isinstance(held, ClassScheme) else 0


def _schemes_beside(scheme: ClassScheme) -> dict[str, set[int]]:
    """The schemes that hold for each method of a scheme."""
    methods = list(scheme.methods.values_list("pk", flat=True))
    return {method: {one.scheme.pk for one in of} for method, of in schemes_of_all(methods).items()}


def _order_zones(scheme: ClassScheme, held_before: dict[str, set[int]], user: Any) -> int:
    """Order the zones of the schemes that hold by now for methods that others held for before."""
    changed = [method for method, of in _schemes_beside(scheme).items() if of != held_before.get(method)]
    return rezoning.order(changed, user) if changed else 0


def _written_down(action: str, thing: ClassScheme | DoseRule, what: str) -> None:
    audit.record(action, subject=str(thing), table=thing._meta.db_table, detail={"version": thing.version, "as": what})
