"""Find the houses of many written addresses at once: the names of a commune once, its houses in one query a batch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from households import address_reading
from households.addresses import in_sentence
from households.codes import CodeError, format_house_code, parse_house_code
from households.geocoding.answers import Answer, Found, reasons_of
from households.geocoding.book import HouseRow, number_key
from households.geocoding.deciding import CONFIDENT, MOST_CANDIDATES, Candidate, Verdict, decide
from households.geocoding.formerly import now_and_before, without_old
from households.geocoding.gazetteer import Gazetteer
from households.geocoding.model import Part, WrittenAddress
from households.geocoding.reading import names_within, read_address
from households.geocoding.understanding import Note, Wish, texts_wanted, understand
from households.geocoding.writing import LONGEST_TEXT
from households.models import House
from mapping.models import Unit
from mapping.text import clean

BATCH: Final = 1_000
_SAYS_CODE = re.compile(r"^\s*(?:mã\s+(?:số\s+)?nhà|mã\s+số|mã|ma\s+nha|code)\s*:?\s*", re.IGNORECASE)
_MOST_COMMUNES: Final = 5
_ONCE_ANOTHERS: Final = 0.9
"""The confidence in a house whose address was another's before."""


@dataclass(slots=True)
class _Case:
    """One address on its way to its answer."""

    address: WrittenAddress
    wishes: dict[int, list[Wish]] = field(default_factory=dict)  # by commune
    former: dict[int, list[Wish]] = field(default_factory=dict)
    verdict: Verdict | None = None
    commune_id: int | None = None
    says_former: bool = False
    asked: str = ""
    code: str = ""  # the address is a house code


def geocode(*, user: Any, texts: Iterable[str], commune: Unit | None = None) -> Iterator[Answer]:
    """Yield the answer to each address in order, for houses that the person may see; 1,000 are held at a time.

    `commune` is where to look; an address that names another one is told so. Without it an address must name its
    commune, unless the person has but one. Cost: some queries and about a second for each thousand.
    """
    gazetteer = Gazetteer(user)
    rest = iter(texts)
    while batch := list(islice(rest, BATCH)):
        yield from answer_all(gazetteer, batch, commune)


def answer_all(gazetteer: Gazetteer, texts: Sequence[str], commune: Unit | None) -> list[Answer]:
    """Answer up to some thousand addresses with one gazetteer."""
    cases, before = [], []
    for text in texts:
        now, once = now_and_before(clean(text[:LONGEST_TEXT]))
        cases.append(_case(gazetteer, now or once, commune, is_before=not now and bool(once)))
        cases[-1].asked = clean(text)
        if now and once:
            before.append((cases[-1], _case(gazetteer, once, commune, is_before=True, like=cases[-1])))
    _find_codes(gazetteer, cases, commune)
    for_all = [*cases, *(case for _, case in before)]
    _decide(gazetteer, [case for case in for_all if case.says_former], former=True)
    _decide(gazetteer, for_all, former=False)
    _decide(gazetteer, for_all, former=True)
    for case, once_case in before:
        _join(case, once_case)
    _add_former_holders(gazetteer, cases)
    return _answers(gazetteer, cases)


def _case(
    gazetteer: Gazetteer, text: str, commune: Unit | None, *, is_before: bool, like: _Case | None = None
) -> _Case:
    """Read one address; `is_before`: it is of before. One that names no commune lies where `like` does."""
    address = read_address(text)
    case = _Case(address)
    if not address.text:
        case.verdict = Verdict("none", 0.0, notes=[Note("empty", "")])
        return case
    if address.is_too_long:
        case.verdict = Verdict("none", 0.0, notes=[Note("too_long", "")])
        return case
    case.code = _house_code(address.text)
    if case.code:
        return case
    # "thon xa thu" without a mark may be a commune called Thu, or the village of Xa Thư: a reading whose commune nobody
    # knows leaves it to the next one.
    readings = address.readings if commune is None else ()
    communes = next(filter(None, (_communes(gazetteer, reading) for reading in readings)), [])
    communes = [commune.pk] if commune is not None else communes
    communes = communes or (list(like.wishes) if like is not None else []) or _by_village(gazetteer, text)
    for commune_id in communes[:_MOST_COMMUNES]:
        names = gazetteer.names(commune_id)
        here = read_address(text, names.like_kinds) if names_within(text, names.like_kinds) else address
        case.wishes[commune_id] = [_with_other_commune(gazetteer, wish) for wish in understand(here, names)]
        if len(names.former_streets):
            case.former[commune_id] = understand(here, names, former=True)
        wishes = [*case.wishes[commune_id], *case.former.get(commune_id, ())]
        for wish in wishes if is_before else ():
            wish.says_former = True
        case.says_former |= any(wish.says_former for wish in wishes if wish.is_first)
    if not communes:
        code = "other_commune" if address.commune is not None else "no_commune"
        note = Note(code, address.commune.text if address.commune else "")
        case.verdict = Verdict("none", 0.0, notes=[note])
    return case


def _house_code(text: str) -> str:
    try:
        return parse_house_code(_SAYS_CODE.sub("", text))
    except CodeError:
        return ""


def _find_codes(gazetteer: Gazetteer, cases: Sequence[_Case], commune: Unit | None) -> None:
    """Answer the lines that are house codes; a house of another commune is told by its commune."""
    asked = [case for case in cases if case.code]
    found = gazetteer.by_codes({case.code for case in asked}) if asked else {}
    for case in asked:
        house, commune_id = found.get(case.code, (None, None))
        if house is None or commune_id is None:
            case.verdict = Verdict("none", 0.0, notes=[Note("unknown_code", format_house_code(case.code))])
        elif commune is not None and commune_id != commune.pk:
            name = in_sentence(gazetteer.unit(commune_id).full_name)
            case.verdict = Verdict("none", 0.0, notes=[Note("other_commune", name)])
        elif not house.is_active:
            case.verdict = Verdict("close", 0.97, [Candidate(house=house)], [Note("closed", house.code)])
        else:
            case.verdict = Verdict("exact", 0.99, [Candidate(house=house)])
        case.commune_id = commune_id


def _communes(gazetteer: Gazetteer, address: WrittenAddress) -> list[int]:
    """The communes that an address may lie in by what it says."""
    has_marks = not address.text.isascii()
    if address.commune is not None:
        name = without_old(address.commune.name, has_marks=has_marks) or address.commune.name
        called = Part("", name)
        is_former = address.commune.is_former or name != address.commune.name
        today = gazetteer.communes_called(called, has_marks=has_marks)
        before = gazetteer.communes_once_called(name) if not today or is_former else []
        only = gazetteer.only_commune() if is_former else None
        return list(dict.fromkeys([*before, *today])) or ([only] if only is not None else [])
    for words in reversed(address.words):
        found = gazetteer.communes_called(Part("", words), has_marks=has_marks)
        if found:
            return found
    only = gazetteer.only_commune()
    return [only] if only is not None else []


def _by_village(gazetteer: Gazetteer, text: str) -> list[int]:
    """The person's one commune, where the text names a village of it that reads like a commune: "xa thu"."""
    only = gazetteer.only_commune()
    return [only] if only is not None and names_within(text, gazetteer.names(only).like_kinds) else []


def _with_other_commune(gazetteer: Gazetteer, wish: Wish) -> Wish:
    """Words that nobody understood may be the name of another commune: then it is one."""
    for words in wish.words:
        if gazetteer.is_some_commune(words):
            wish.other_commune = words
            wish.notes.append(Note("other_commune", words))
            wish.words = [other for other in wish.words if other != words]
            break
    return wish


def _decide(gazetteer: Gazetteer, cases: Sequence[_Case], *, former: bool) -> None:
    """Decide what is open: by the addresses of today, or of before where those of today gave no house."""
    open_cases = [case for case in cases if _is_open(case, former=former)]
    wanted: dict[int, set[str]] = {}
    for case in open_cases:
        for commune_id, wishes in (case.former if former else case.wishes).items():
            wanted.setdefault(commune_id, set()).update(texts_wanted(wishes, gazetteer.names(commune_id)))
    books = gazetteer.books(wanted, former=former) if wanted else {}
    for case in open_cases:
        for commune_id, wishes in (case.former if former else case.wishes).items():
            book = books.get(commune_id, {})
            verdict = decide(wishes, gazetteer.names(commune_id), book, former=former)
            if verdict is not None:
                _keep(case, verdict, commune_id)


def _add_former_holders(gazetteer: Gazetteer, cases: Sequence[_Case]) -> None:
    """An address of today may have been another house's before: an old paper that says it means that one."""
    sure = [case for case in cases if case.former and case.verdict and case.verdict.grade in ("exact", "close")]
    wanted: dict[int, set[str]] = {}
    for case in sure:
        house = case.verdict.candidates[0].house if case.verdict else None
        if house is not None and case.commune_id is not None:
            wanted.setdefault(case.commune_id, set()).add(house.street)
    books = gazetteer.books(wanted, former=True) if wanted else {}
    for case in sure:
        verdict, commune_id = case.verdict, case.commune_id
        house = verdict.candidates[0].house if verdict else None
        if verdict is None or house is None or commune_id is None:
            continue
        had = books[commune_id][house.street].get(number_key(house.number), ())
        others = [row for row in had if row.id != house.id]
        if others:
            verdict.candidates += [Candidate(house=row) for row in others[: MOST_CANDIDATES - 1]]
            verdict.notes += [Note("had_it_before", format_house_code(row.code)) for row in others]
            verdict.confidence = min(verdict.confidence, _ONCE_ANOTHERS)


def _join(case: _Case, before: _Case) -> None:
    """Take in what the address of before says, which stands in the same line: it decides where the other does not."""
    now, once = case.verdict, before.verdict
    if once is None or not any(one.house for one in once.candidates):
        return
    if now is None or not any(one.house for one in now.candidates):
        case.verdict, case.commune_id = once, before.commune_id
        return
    known = {one.house.id for one in now.candidates if one.house}
    others = [one for one in once.candidates if one.house and one.house.id not in known]
    if now.grade in CONFIDENT and once.grade in CONFIDENT and others:
        notes = [*now.notes, Note("said_before", before.address.text)]
        case.verdict = Verdict("several", 0.45, [*now.candidates, *others][:MOST_CANDIDATES], notes, now.words)


def _is_open(case: _Case, *, former: bool) -> bool:
    if case.verdict is None:
        return True
    return former and bool(case.former) and not any(one.house for one in case.verdict.candidates)


def _keep(case: _Case, verdict: Verdict, commune_id: int) -> None:
    """Keep the better verdict; of two communes that both have the house, none is the answer alone."""
    kept = case.verdict
    if kept is not None and kept.grade in CONFIDENT and verdict.grade in CONFIDENT and case.commune_id != commune_id:
        both = [*kept.candidates, *verdict.candidates]
        case.verdict = Verdict("several", round(0.9 / len(both), 2), both, [*kept.notes, *verdict.notes], kept.words)
    elif kept is None or verdict.confidence > kept.confidence:
        case.verdict, case.commune_id = verdict, commune_id


def _answers(gazetteer: Gazetteer, cases: Sequence[_Case]) -> list[Answer]:
    rows = {
        one.house.id: one.house
        for case in cases
        for one in (case.verdict.candidates if case.verdict else ())
        if one.house is not None
    }
    commune_of = dict(House.objects.filter(pk__in=rows).values_list("pk", "commune_id"))
    addresses = address_reading.of_houses(_as_house(row, commune_of[row.id]) for row in rows.values())
    shown = {pk: (address.short, address.long) for pk, address in addresses.items()}
    return [_answer(gazetteer, case, shown) for case in cases]


def _as_house(row: HouseRow, commune_id: int) -> House:
    return House(
        id=row.id, code=row.code, number=row.number, street=row.street, commune_id=commune_id,
        village_id=row.village_id,
    )  # fmt: skip


def _answer(gazetteer: Gazetteer, case: _Case, shown: dict[Any, tuple[str, str]]) -> Answer:
    verdict = case.verdict or Verdict("none", 0.0)
    found = [_found(gazetteer, one, case.commune_id, shown) for one in verdict.candidates]
    if verdict.grade == "former":
        verdict.notes.append(Note("former", found[0].short))
    reasons = reasons_of(verdict, several=len(found))
    return Answer(case.asked, verdict.grade, verdict.confidence, found, reasons)


def _found(gazetteer: Gazetteer, one: Candidate, commune_id: int | None, shown: dict[Any, tuple[str, str]]) -> Found:
    if one.house is not None:
        short, long = shown[one.house.id]
        return Found(one.house.code, long, short, one.house.lng, one.house.lat)
    if one.street is not None:
        name = one.street.full_name
        place = (one.near.lng, one.near.lat) if one.near else None
        if place is None and commune_id is not None:
            place = gazetteer.middle_of(commune_id, one.street)
        lng, lat = place or (None, None)
        near = (f"{one.near.number} {one.near.street}", one.near.code) if one.near else ("", "")
        return Found("", _in_commune(gazetteer, name, commune_id), name, lng, lat, *near)
    village = gazetteer.unit(one.village_id or 0)
    lng, lat = gazetteer.place_of(village.pk) or (None, None)
    name = in_sentence(village.full_name)
    return Found("", _in_commune(gazetteer, name, village.parent_id), name, lng, lat)


def _in_commune(gazetteer: Gazetteer, name: str, commune_id: int | None) -> str:
    if commune_id is None:
        return name
    return f"{name}, {in_sentence(gazetteer.unit(commune_id).full_name)}"
