"""From a token to a page: who sees what, in which writing, at what size."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from households import codes, scan
from households.models import House, HouseState, Plate, PlateState
from households.views.scan import QR_ROUTE, TYPED_ROUTE
from mapping.models import Unit, User
from tests import factories

HEAD, PHONE = "Nguyễn Văn Bí Mật", "0912345678"


@pytest.fixture
def house(commune: Unit) -> House:
    """12/5 ngõ Đình, Thôn Đông Hoà, with a household."""
    house = factories.house(commune, number="12/5", street="ngõ Đình", village=factories.village(commune))
    factories.household(house, HEAD, phone=PHONE, size=4)
    return house


@pytest.fixture
def plate(house: House) -> Plate:
    return factories.plate(house)


def text(response: Any) -> str:
    return response.content.decode()


# --- What a stranger sees ----------------------------------------------------------------------------


def test_the_address_as_printed_in_a_qr_opens_the_house(client: Client, plate: Plate) -> None:
    printed = codes.plate_url("so.example.vn", plate.token, plate.plus_code)
    response = client.get(urlsplit(printed).path)
    assert response.status_code == 200
    page = text(response)
    for part in ("12/5", "ngõ Đình", "Thôn Đông Hoà", "Xã Bình Minh", "Tỉnh Thử Nghiệm"):
        assert part in page
    assert codes.format_house_code(plate.house.code) in page
    assert codes.plus_code(factories.CENTRE[1], factories.CENTRE[0]) in page
    assert 'href="https://www.google.com/maps/search/?api=1&amp;query=19.67,105.81"' in page
    assert 'href="https://www.google.com/maps/dir/?api=1&amp;destination=19.67,105.81"' in page
    assert [number for number in ("112", "113", "114", "115") if f'href="tel:{number}"' in page] == [
        "112", "113", "114", "115",
    ]  # fmt: skip
    assert "không bao giờ hỏi tiền, mã OTP hay mật khẩu" in page


def test_invented_houses_say_so_even_where_the_commune_has_become_a_real_one(
    client: Client, commune: Unit, plate: Plate
) -> None:
    notice = "minh họa"
    assert notice in text(client.get(f"/{plate.token}"))
    Unit.objects.filter(pk=commune.pk).update(is_invented=False)
    assert notice in text(client.get(f"/{plate.token}"))
    Unit.objects.filter(parent=commune).update(is_invented=False)
    assert notice not in text(client.get(f"/{plate.token}"))


def test_a_stranger_finds_nothing_personal_and_gets_no_cookie(client: Client, plate: Plate) -> None:
    response = client.get(f"/{plate.token}")
    assert HEAD not in text(response) and PHONE not in text(response)
    assert "Hộ trong nhà" not in text(response)
    assert not response.cookies


def test_the_page_tells_nobody_where_it_was_opened_and_stays_out_of_search(client: Client, plate: Plate) -> None:
    response = client.get(f"/{plate.token}")
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"
    assert '<meta name="robots" content="noindex, nofollow">' in text(response)
    assert "no-cache" in response["Cache-Control"]
    assert {"Cookie", "Accept-Language"} <= set(response["Vary"].split(", "))


def test_page_style_and_icon_together_stay_under_20_kb(client: Client, commune: Unit, plate: Plate) -> None:
    """Raw, with as many neighbours as are drawn, both outlines in view and long names; a gzip of it is a third."""
    for number in range(scan.NEIGHBOURS + 5):
        factories.house(commune, 105.81 + number * 1e-5, 19.67 + (number % 7) * 1e-5, number=f"{number}/12A")
    page = client.get(f"/{plate.token}").content
    assert page.count(b"<svg") == 1
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.decode())
    assert sorted(files) == ["/static/css/scan.css", "/static/img/mark.svg"]
    folder = Path(settings.BASE_DIR) / "static"
    whole = page + b"".join((folder / path.removeprefix("/static/")).read_bytes() for path in files)
    assert len(whole) < 20_000
    assert len(gzip.compress(whole)) < 7_000


def test_the_map_shows_neighbours_and_the_boundary_but_no_closed_house(client: Client, commune: Unit) -> None:
    house = factories.house(commune, 105.8298, 19.67, number="9")  # 21 m from the commune's edge
    factories.house(commune, 105.8297, 19.6701, number="11")
    factories.house(commune, 105.8296, 19.6702, number="13", state=HouseState.CLOSED, closed_on="2026-01-01")
    page = text(client.get(f"/{factories.plate(house).token}"))
    assert ">11</text>" in page and ">13</text>" not in page
    assert 'class="edge commune"' in page


def test_a_redrawn_outline_is_seen_at_once(client: Client, commune: Unit) -> None:
    plate = factories.plate(factories.house(commune))
    assert 'class="edge commune"' not in text(client.get(f"/{plate.token}"))
    commune.outline = factories.square(*factories.CENTRE, 0.0005)
    commune.save()
    assert 'class="edge commune"' in text(client.get(f"/{plate.token}"))


def test_a_house_without_number_street_and_village_is_named_by_its_code(client: Client, commune: Unit) -> None:
    house = factories.house(commune)
    page = text(client.get(f"/{factories.plate(house).token}"))
    assert re.search(rf"<h1><span[^>]*>{codes.format_house_code(house.code)}</span></h1>", page)


def test_what_people_write_is_escaped(client: Client, commune: Unit) -> None:
    house = factories.house(commune, number="<u>1", street='"&<script>')
    factories.house(commune, 105.8101, 19.6701, number="<i>2")
    page = text(client.get(f"/{factories.plate(house).token}"))
    assert "<script>" not in page and "<u>1" not in page and "<i>2" not in page
    assert "&lt;script&gt;" in page


def test_each_house_gets_its_own_values_in_the_shared_frame(client: Client, commune: Unit) -> None:
    pages = []
    for number in ("1", "2"):
        house = factories.house(commune, number=number, street=f"ngõ {number}00")
        pages.append(text(client.get(f"/{factories.plate(house).token}")))
    assert "ngõ 100" in pages[0] and "ngõ 200" not in pages[0]
    assert "ngõ 200" in pages[1] and "ngõ 100" not in pages[1]


# --- How a token may be written ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "{t}", "{t}/", "{t}/7PH6QRC5+X2", "{t}/7PH6QRC5+X2/", "{lower}/7ph6qrc5+x2", "{groups}", "{hyphens}",
        "{confused}", "{t}/a/b/c", "{t}/" + "x" * 40, "{t}/" + "x" * 40 + "/", "{hyphens}/",
    ],
)  # fmt: skip
def test_a_token_opens_in_every_writing_without_a_redirect(client: Client, house: House, written: str) -> None:
    plate = factories.plate(house, token=token_with("0", "1", "5", "V"))
    token = plate.token
    path = written.format(
        t=token,
        lower=token.lower(),
        groups=codes.format_token(token),
        hyphens=codes.format_token(token).replace(" ", "-"),
        confused=token.translate(str.maketrans("015V", "OIsu")),
    )
    assert client.get(f"/{path}").status_code == 200


def token_with(*letters: str) -> str:
    """A token that holds all the letters that are easily misread."""
    return next(token for token in codes.new_tokens(20_000) if set(letters) <= set(token))


def test_more_than_40_characters_behind_the_token_are_no_plate(client: Client, plate: Plate) -> None:
    assert client.get(f"/{plate.token}/{'x' * 42}").status_code == 404


def test_unknown_mistyped_and_malformed_tokens_get_one_and_the_same_answer(client: Client, plate: Plate) -> None:
    token = plate.token
    wrong_letter = token[:5] + ("A" if token[5] != "A" else "B") + token[6:]
    swapped = next(token[:i] + token[i + 1] + token[i] + token[i + 2 :] for i in range(11) if token[i] != token[i + 1])
    pages = set()
    for typed in (codes.new_token(), wrong_letter, swapped, "K7QP2M4X9TR", token + "A", "Ă" + token[1:], "K7QP2M4X"):
        response = client.get(f"/{typed}")
        assert response.status_code == 404
        pages.add(text(response).replace(response.wsgi_request.get_full_path(), ""))
        assert 'name="code"' in text(response) and "dưới ô QR" in text(response)
    assert len({re.sub(r"next=[^\"]*", "", page) for page in pages}) == 1


def test_no_other_address_can_be_taken_for_a_token() -> None:
    """Walks every route: the first segment of none may look like a token, typed or in a QR."""
    others = [first for first in first_segments(get_resolver().url_patterns) if first]
    assert {"admin", "sign-in", "h", "healthz"} <= set(others)
    for first in others:
        assert not re.match(TYPED_ROUTE, first), first
        assert not re.match(QR_ROUTE, first), first


def test_the_typed_token_comes_last_of_all_routes() -> None:
    assert get_resolver().url_patterns[-1].pattern.regex.pattern == TYPED_ROUTE


def first_segments(patterns: list[URLPattern | URLResolver], before: str = "") -> list[str]:
    found = []
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver) and "/" not in route:
            found += first_segments(pattern.url_patterns, route)
        elif getattr(pattern, "name", None) != "scan":
            found.append(route.lstrip("^").split("/")[0])
    return found


def test_only_reading_is_possible(client: Client, plate: Plate) -> None:
    assert client.post(f"/{plate.token}").status_code == 405
    assert client.head(f"/{plate.token}").status_code == 200


# --- The life of plate and house -----------------------------------------------------------------------


def test_a_revoked_plate_shows_no_address(client: Client, house: House) -> None:
    response = client.get(f"/{factories.plate(house, state=PlateState.REVOKED).token}")
    assert response.status_code == 410
    assert "không còn giá trị" in text(response)
    assert "ngõ Đình" not in text(response) and codes.format_house_code(house.code) not in text(response)


def test_an_older_plate_of_the_house_still_opens(client: Client, house: House, plate: Plate) -> None:
    older = factories.plate(house, state=PlateState.SUPERSEDED)
    assert "ngõ Đình" in text(client.get(f"/{older.token}"))


def test_a_closed_house_says_so(client: Client, house: House, plate: Plate) -> None:
    House.objects.filter(pk=house.pk).update(
        state=HouseState.CLOSED, closed_on="2026-01-01", closed_reason="chủ hộ chuyển đi"
    )
    page = text(client.get(f"/{plate.token}"))
    assert "Nhà này đã đóng" in page and "chuyển đi" not in page


def test_the_page_follows_the_house_not_the_print(client: Client, house: House, plate: Plate) -> None:
    House.objects.filter(pk=house.pk).update(number="14", location="SRID=4326;POINT(105.82 19.68)")
    page = text(client.get(f"/{plate.token}/{plate.plus_code}"))
    assert "query=19.68,105.82" in page and ">14</span>" in page


def test_a_house_code_opens_the_same_page(client: Client, house: House) -> None:
    for written in (house.code, codes.format_house_code(house.code)):
        response = client.get(reverse("house_by_code", args=[written]))
        assert response.status_code == 200 and "ngõ Đình" in text(response) and HEAD not in text(response)
    assert client.get("/h/123-456-789/").status_code == 404


# --- Languages -------------------------------------------------------------------------------------------


def test_the_browser_decides_the_language_and_a_link_changes_it(client: Client, plate: Plate) -> None:
    asked_english = client.get(f"/{plate.token}", headers={"accept-language": "en-GB,en;q=0.9"})
    assert asked_english["Content-Language"] == "en" and '<html lang="en">' in text(asked_english)
    linked = client.get(f"/{plate.token}?lang=en", headers={"accept-language": "vi"})
    assert linked["Content-Language"] == "en" and 'href="?lang=vi"' in text(linked)
    assert client.get(f"/{plate.token}", headers={"accept-language": "vi"})["Content-Language"] == "vi"
    assert client.get(f"/{plate.token}?lang=xx")["Content-Language"] == "vi"


# --- Officials -------------------------------------------------------------------------------------------


def test_an_official_signs_in_from_the_page_and_comes_back_to_it(client: Client, plate: Plate, officer: User) -> None:
    path = f"/{plate.token}/{plate.plus_code}"
    link = re.search(r'href="(/sign-in/\?next=[^"]+)"', text(client.get(path)))
    assert link
    response = client.post(link.group(1), {"username": officer.username, "password": "mật khẩu thử"}, follow=True)
    assert response.redirect_chain[-1][0] == path
    assert HEAD in text(response)


def test_an_official_of_the_commune_sees_the_households(officer_client: Client, plate: Plate) -> None:
    response = officer_client.get(f"/{plate.token}")
    assert HEAD in text(response) and "0912 ••• •78" in text(response) and PHONE not in text(response)
    assert reverse("house", args=[plate.house.code]) in text(response)
    assert response["Cache-Control"] == "private, no-store"


def test_others_who_have_signed_in_see_the_public_page(
    client: Client, plate: Plate, stranger: User, viewer: User
) -> None:
    for person in (stranger, viewer):
        client.force_login(person)
        response = client.get(f"/{plate.token}")
        assert response.status_code == 200
        assert HEAD not in text(response) and PHONE not in text(response)


def test_an_official_of_one_village_sees_that_village_only(client: Client, commune: Unit, plate: Plate) -> None:
    client.force_login(factories.user("dong", officer_of=factories.village(commune, 1)))
    assert HEAD in text(client.get(f"/{plate.token}"))
    client.force_login(factories.user("tay", officer_of=factories.village(commune, 2)))
    assert HEAD not in text(client.get(f"/{plate.token}"))


def test_a_scan_costs_a_stranger_one_query_once_the_outlines_are_known(
    client: Client, plate: Plate, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(f"/{plate.token}")
    asked: list[str] = []
    row = scan._row
    monkeypatch.setattr(scan, "_row", lambda statement, value: asked.append(statement) or row(statement, value))
    client.get(f"/{plate.token}")
    assert len(asked) == 1
