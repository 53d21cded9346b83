"""The pages of numbering without a browser: start a run, look, mend, approve, undo, take the annex."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from households.codes import format_house_code
from households.models import House, NumberingDecision, NumberingProposal, Plate
from mapping.models import AuditEntry, ChangeSet, Unit, User
from tests import factories
from tests.households.numbered import Ground, computed, row


@pytest.fixture
def ground(commune: Unit) -> Ground:
    return Ground(commune)


@pytest.fixture
def proposal(ground: Ground, officer: User) -> NumberingProposal:
    """The whole commune; nobody has a number yet."""
    return computed(officer, ground.commune)


def page_of(proposal: NumberingProposal, query: str = "") -> str:
    return f"{reverse('proposal', args=[proposal.pk])}{query}"


def edit_of(proposal: NumberingProposal, house: House) -> str:
    return reverse("edit_proposed", args=[proposal.pk, house.code])


def text(client: Client, address: str, *, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def approve(client: Client, proposal: NumberingProposal, **values: Any) -> Any:
    sent = {"number": "45/QĐ-UBND", "decided_on": "2026-03-02", "version": proposal.version, **values}
    return client.post(reverse("approve_proposal", args=[proposal.pk]), sent)


# --- The list, and starting a run ------------------------------------------------------------------


def test_without_streets_the_page_says_to_draw_or_import_them(officer_client: Client, commune: Unit) -> None:
    shown = text(officer_client, "/numbering/")
    assert "Xã chưa có đường, ngõ nào trên bản đồ." in shown
    assert "Lập phương án" not in shown


def test_a_run_is_started_with_what_was_chosen_and_watched(
    officer_client: Client, ground: Ground, run_jobs: Any
) -> None:
    village = factories.village(ground.commune, 2)
    answer = officer_client.post(
        f"/numbering/?commune={ground.commune.code}",
        {"villages": village.pk, "keep": "only_new", "spacing": "slots", "slot_m": "4,5", "suffix": "dash"},
    )
    proposal = NumberingProposal.objects.get()
    assert answer.headers["Location"] == page_of(proposal)
    shown = text(officer_client, page_of(proposal))
    assert "job-progress" in shown
    assert "Mỗi số ứng với 4,5 m mặt đường." in shown
    run_jobs()
    shown = text(officer_client, page_of(proposal))
    assert "Thôn Xa Thư" in shown
    assert "Chỉ cấp số cho nhà chưa có số" in shown
    proposal.refresh_from_db()
    assert proposal.village_ids == [village.pk]
    assert proposal.counts["given"] == len([house for house in ground.houses if house.village == village])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"slot_m": "năm"}, "“năm” không phải số mét từ 1 đến 100"),
        ({"slot_m": "-3"}, "không phải số mét"),
        ({"slot_m": "0"}, "Hãy ghi số mét, ví dụ 5"),
        ({"suffix": "roman"}, "Hãy"),
    ],
)
def test_what_cannot_be_is_said_and_starts_nothing(
    officer_client: Client, ground: Ground, wrong: dict[str, str], sentence: str
) -> None:
    sent = {"keep": "legal", "spacing": "slots", "slot_m": "5", "suffix": "letter", **wrong}
    answer = officer_client.post("/numbering/", sent)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not NumberingProposal.objects.exists()


def test_a_village_of_another_commune_is_refused(officer_client: Client, ground: Ground) -> None:
    foreign = factories.village(factories.neighbour_commune())
    sent = {"villages": foreign.pk, "keep": "legal", "spacing": "none", "suffix": "letter"}
    assert officer_client.post("/numbering/", sent).status_code == 400
    assert not NumberingProposal.objects.exists()


# --- One proposal ----------------------------------------------------------------------------------


def test_the_page_answers_what_an_official_asks_first(officer_client: Client, proposal: NumberingProposal) -> None:
    shown = text(officer_client, page_of(proposal))
    for question in ("Cấp số mới", "Đổi số", "Giữ số", "Cần xem lại", "Vướng mắc", "Không trên đường nào"):
        assert question in shown
    assert "22 nhà" in shown
    assert "Đường Liên Xã" in shown
    assert "Ngõ Đình" in shown


def test_houses_are_filtered_by_outcome_street_and_village(
    officer_client: Client, ground: Ground, proposal: NumberingProposal
) -> None:
    def listed(query: str) -> int:
        return text(officer_client, page_of(proposal, query)).count('data-house="')

    assert listed("?street=ngõ Đình") == 4
    assert listed(f"?line={ground.nameless.pk}") == 4
    assert listed(f"?village={ground.commune.code}-01") == len([h for h in ground.houses if h.village.code[-1] == "1"])
    assert listed("?only=changed") == 0
    assert "Không có nhà nào như vậy." in text(officer_client, page_of(proposal, "?only=changed"))
    assert listed("?only=nonsense&line=nonsense") == 22


def test_a_house_is_found_on_the_page_where_it_stands(
    officer_client: Client, ground: Ground, proposal: NumberingProposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    from households.views import numbering

    monkeypatch.setattr("households.proposals.choosing.PER_PAGE", 5)
    monkeypatch.setattr(numbering, "PER_PAGE", 5)
    last = proposal.numbers.order_by("new_street", "new_number").last()
    assert last is not None
    shown = text(officer_client, page_of(proposal, f"?at={last.house.code}"))
    assert f'data-house="{last.house.code}" class="found"' in shown
    assert "trang 5 / 5" in shown


def test_an_alley_says_which_number_it_takes_and_why(officer_client: Client, proposal: NumberingProposal) -> None:
    shown = text(officer_client, page_of(proposal, "?tab=streets"))
    number = proposal.streets.get(street__name="").new_number
    assert f"Ngõ {number}" in shown
    assert f"Sau nhà {number} đường Liên Xã" in shown
    assert "Có tên riêng, đi ra từ đường Liên Xã" in shown


def test_what_is_to_be_looked_at_stands_as_sentences_with_its_place(
    officer_client: Client, ground: Ground, officer: User
) -> None:
    House.objects.filter(pk=ground.south[0].pk).update(number="gần chợ", street="đường Liên Xã")
    proposal = computed(officer, ground.commune, keep="all")
    shown = text(officer_client, page_of(proposal, "?tab=findings"))
    assert "“gần chợ”" in shown
    assert "không phải số nhà" in shown
    assert f'data-house="{ground.south[0].code}" data-lng="' in shown


def test_the_map_gets_streets_houses_and_findings_of_its_box(
    officer_client: Client, ground: Ground, proposal: NumberingProposal
) -> None:
    address = reverse("proposal_features", args=[proposal.pk])
    found = officer_client.get(f"{address}?bbox=105.8,19.66,105.82,19.68").json()
    assert (found["drawn"], found["of"], len(found["streets"])) == (22, 22, 3)
    road = next(street for street in found["streets"] if street["name"] == "đường Liên Xã")
    assert road["line"][0][0] > road["line"][-1][0], "the road is numbered from the east"
    first = next(house for house in found["houses"] if house["code"] == ground.south[0].code)
    assert (first["new"], first["street"], first["outcome"]) == ("1", "đường Liên Xã", "given")
    elsewhere = officer_client.get(f"{address}?bbox=105.0,19.0,105.1,19.1").json()
    assert (elsewhere["houses"], elsewhere["streets"]) == ([], [])


def test_of_too_many_houses_a_part_is_drawn_and_the_number_said(
    officer_client: Client, proposal: NumberingProposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("households.proposals.map_features.MOST_HOUSES", 5)
    address = f"{reverse('proposal_features', args=[proposal.pk])}?bbox=105.8,19.66,105.82,19.68"
    found = officer_client.get(address).json()
    assert (found["drawn"], found["of"]) == (5, 22)
    assert found["houses"] == officer_client.get(address).json()["houses"]


@pytest.mark.parametrize("box", ["", "1,2,3", "a,b,c,d", "105.9,19.6,105.8,19.7", "nan,nan,nan,nan", "1,2,3,4,5"])
def test_a_box_that_is_none_is_refused_with_a_sentence(
    officer_client: Client, proposal: NumberingProposal, box: str
) -> None:
    address = f"{reverse('proposal_features', args=[proposal.pk])}?bbox={box}"
    answer = officer_client.get(address, headers={"accept": "application/json"})
    assert answer.status_code == 400
    assert "tây,nam,đông,bắc" in answer.json()["error"]


def test_a_page_of_many_houses_takes_no_query_a_house(
    officer_client: Client, proposal: NumberingProposal, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(36):
        officer_client.get(page_of(proposal))


# --- Mending ---------------------------------------------------------------------------------------


def test_without_scripts_a_number_is_changed_on_a_page_of_its_own(
    officer_client: Client, ground: Ground, proposal: NumberingProposal
) -> None:
    house = ground.south[6]
    back = page_of(proposal, "?only=given")
    shown = text(officer_client, f"{edit_of(proposal, house)}?next={back}")
    assert "đường Liên Xã, " in shown
    assert "cách 9 m" in shown
    sent = {"do": "number", "number": "21", "version": proposal.version, "next": back}
    answer = officer_client.post(edit_of(proposal, house), sent)
    assert answer.headers["Location"] == f"{back}#nha-{house.code}"
    assert row(proposal, house).new_number == "21"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("1", "đã dành cho nhà"),
        ("20", "bên trái mang số lẻ"),
        ("gần chợ", "không phải số nhà"),
    ],
)
def test_a_number_that_cannot_be_is_said_and_changes_nothing(
    officer_client: Client, ground: Ground, proposal: NumberingProposal, number: str, sentence: str
) -> None:
    house = ground.south[6]
    before = row(proposal, house).new_number
    sent = {"do": "number", "number": number, "version": proposal.version}
    answer = officer_client.post(edit_of(proposal, house), sent)
    assert answer.status_code == 400
    shown = answer.content.decode()
    assert sentence in shown
    assert f'value="{number}"' in shown, "what was typed stays"
    told = officer_client.post(
        edit_of(proposal, house), sent, "application/json", headers={"accept": "application/json"}
    )
    assert sentence in told.json()["error"]
    assert row(proposal, house).new_number == before


def test_against_the_rule_a_number_is_given_when_it_is_confirmed(
    officer_client: Client, ground: Ground, proposal: NumberingProposal
) -> None:
    house = ground.south[6]
    sent = {"do": "number", "number": "20", "version": proposal.version}
    assert "Vẫn dùng số này ở bên kia đường" in officer_client.post(edit_of(proposal, house), sent).content.decode()
    assert officer_client.post(edit_of(proposal, house), {**sent, "against_rule": "on"}).status_code == 302
    assert row(proposal, house).new_number == "20"


def test_the_script_moves_a_house_to_another_street_and_learns_the_counts(
    officer_client: Client, ground: Ground, proposal: NumberingProposal
) -> None:
    house, json = ground.south[4], {"accept": "application/json"}
    asked = officer_client.get(edit_of(proposal, house), headers=json).json()
    assert [near["name"] for near in asked["near"]][:2] == ["đường Liên Xã", "ngõ Đình (đường Liên Xã)"]
    assert [near["chosen"] for near in asked["near"]][:2] == [True, False]
    sent = {"do": "street", "street": asked["near"][1]["id"], "version": asked["version"]}
    told = officer_client.post(edit_of(proposal, house), sent, "application/json", headers=json).json()
    assert told["rows"][0]["street"] == "ngõ Đình"
    assert told["version"] == asked["version"] + 1
    stale = officer_client.post(edit_of(proposal, house), sent, "application/json", headers=json)
    assert stale.status_code == 409
    left = officer_client.post(
        edit_of(proposal, house), {"do": "leave_out", "version": told["version"]}, "application/json", headers=json
    ).json()
    assert left["counts"]["left_out"] == 1
    back = officer_client.post(
        edit_of(proposal, house), {"do": "take_back", "version": left["version"]}, "application/json", headers=json
    ).json()
    assert back["counts"]["left_out"] == 0


@pytest.mark.parametrize(
    "sent", [{}, {"do": "fly"}, {"do": "street", "street": "nowhere"}, {"do": "number", "number": "7", "version": "x"}]
)
def test_a_request_that_makes_no_sense_is_refused(
    officer_client: Client, ground: Ground, proposal: NumberingProposal, sent: dict[str, str]
) -> None:
    answer = officer_client.post(edit_of(proposal, ground.south[0]), {"version": proposal.version, **sent})
    assert answer.status_code in (400, 409)
    assert "notice error" in answer.content.decode()


def test_a_street_of_another_commune_is_no_choice(
    officer_client: Client, ground: Ground, proposal: NumberingProposal
) -> None:
    from tests.households.numbered import street

    foreign = street(factories.neighbour_commune(), "Xa", (0, 0), (10, 0))
    sent = {"do": "street", "street": str(foreign.pk), "version": proposal.version}
    assert officer_client.post(edit_of(proposal, ground.south[0]), sent).status_code == 400


# --- The decision ----------------------------------------------------------------------------------


def test_approving_says_exactly_what_happens_does_it_and_offers_the_way_back(
    officer_client: Client, ground: Ground, officer: User
) -> None:
    House.objects.filter(pk=ground.south[0].pk).update(number="7", street="đường Liên Xã")
    factories.plate(ground.south[0])
    proposal = computed(officer, ground.commune)
    asked = text(officer_client, reverse("approve_proposal", args=[proposal.pk]))
    for sentence in ("21 nhà được cấp số mới.", "1 nhà đổi số.", "1 biển số nhà phải in lại.", "Địa chỉ cũ được giữ"):
        assert sentence in asked
    assert House.objects.filter(number="1").count() == 0
    assert approve(officer_client, proposal).headers["Location"] == page_of(proposal)
    shown = text(officer_client, page_of(proposal))
    assert "Quyết định số 45/QĐ-UBND ngày 02/03/2026" in shown
    assert "Đã cấp số mới cho 21 nhà, đổi số 1 nhà; 1 biển phải in lại." in shown
    assert "In biển số nhà" in shown
    assert 'data-edit href="' not in shown
    reprint = text(officer_client, page_of(proposal, "?only=reprint"))
    assert reprint.count('data-house="') == 1
    assert f'data-house="{ground.south[0].code}"' in reprint
    record = text(officer_client, reverse("house", args=[ground.south[0].code]))
    assert "quyết định 45/QĐ-UBND ngày 02/03/2026" in record
    assert "bên trái theo chiều đánh số" in record
    assert "7 đường Liên Xã" in record
    changeset = ChangeSet.objects.get(kind="numbering.approve")
    # A later decision and a plate of this one: whoever takes it back is told of both, wherever the button was.
    Plate.objects.update(released_at=timezone.now())
    NumberingDecision.objects.create(commune=ground.commune, number="47/QĐ-UBND", decided_on=timezone.localdate())
    asked = officer_client.post(reverse("undo_change", args=[changeset.pk]), {"next": "/changes/"}, follow=True)
    assert House.objects.filter(number="1").exists()
    assert '<details class="undo" open>' in asked.content.decode()
    assert "1 biển đã in theo quyết định này" in asked.content.decode() and "47/QĐ-UBND" in asked.content.decode()
    seen = {"next": page_of(proposal), "seen": "yes"}
    undone = officer_client.post(reverse("undo_change", args=[changeset.pk]), seen, follow=True)
    assert "Đã hoàn tác: số nhà trở lại như trước quyết định." in undone.content.decode()
    assert House.objects.get(pk=ground.south[0].pk).number == "7"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"number": ""}, "bắt buộc"),
        ({"decided_on": "2999-01-01"}, "không thể sau hôm nay"),
        ({"decided_on": "hôm qua"}, "ngày"),
        ({"version": 99}, "Tải lại trang này"),
    ],
)
def test_a_decision_that_cannot_be_changes_nothing(
    officer_client: Client, proposal: NumberingProposal, wrong: dict[str, Any], sentence: str
) -> None:
    answer = approve(officer_client, proposal, **wrong)
    assert answer.status_code in (400, 409)
    assert sentence in answer.content.decode()
    assert not House.objects.exclude(number="").exists()


def test_a_decision_number_is_used_once_in_a_commune(officer_client: Client, ground: Ground, officer: User) -> None:
    assert approve(officer_client, computed(officer, ground.commune)).status_code == 302
    again = computed(officer, ground.commune)
    answer = approve(officer_client, again, number="45/qđ-ubnd")
    assert answer.status_code == 400
    assert "02/03/2026" in answer.content.decode()


def test_a_proposal_is_discarded_after_asking(officer_client: Client, proposal: NumberingProposal) -> None:
    address = reverse("discard_proposal", args=[proposal.pk])
    assert "Số nhà đang có không thay đổi." in text(officer_client, address)
    officer_client.post(address, {"version": proposal.version})
    assert "Phương án này đã bỏ" in text(officer_client, page_of(proposal))
    assert officer_client.get(reverse("approve_proposal", args=[proposal.pk])).status_code == 302


def test_the_annex_holds_every_house_and_no_person(
    officer_client: Client, ground: Ground, proposal: NumberingProposal
) -> None:
    factories.household(ground.south[0])
    answer = officer_client.get(reverse("export_proposal", args=[proposal.pk]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    about, sheet, alleys = book.worksheets
    assert (alleys.title, alleys.max_row) == ("Ngõ có số", 2)
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:6] == ("TT", "Thôn", "Đường, ngõ", "Số cũ", "Đường, ngõ cũ", "Số mới")
    assert len(rows) == 1 + 22
    first = next(line for line in rows if line[7] == format_house_code(ground.south[0].code))
    assert (first[1], first[2], first[5]) == ("Thôn Xa Thư", "đường Liên Xã", "1")
    everything = str(rows) + str(list(about.iter_rows(values_only=True)))
    assert "Nguyễn Văn An" not in everything
    assert "Phương án, chưa có quyết định" in everything
    assert AuditEntry.objects.filter(action="export", count=22).exists()


def test_a_long_annex_is_written_by_a_job(
    officer_client: Client, proposal: NumberingProposal, run_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("households.proposals.annex.AT_ONCE", 3)
    page = officer_client.get(f"{reverse('export_proposal', args=[proposal.pk])}?street=ngõ Đình").headers["Location"]
    run_jobs()
    told = officer_client.get(f"{page}state.json").json()
    book = openpyxl.load_workbook(io.BytesIO(b"".join(officer_client.get(told["file"]).streaming_content)))
    assert book.worksheets[1].max_row == 1 + 4


# --- One house -------------------------------------------------------------------------------------


def test_a_house_without_a_number_is_offered_one_that_moves_no_other(
    officer_client: Client, ground: Ground, proposal: NumberingProposal
) -> None:
    approve(officer_client, proposal)
    from tests.households.numbered import house

    late = house(ground.commune, 125, -9)
    record = text(officer_client, reverse("house", args=[late.code]))
    assert "Nhà chưa có số." in record
    answer = officer_client.post(reverse("propose_for_house", args=[late.code]))
    made = NumberingProposal.objects.get(house=late)
    assert answer.headers["Location"] == page_of(made)
    shown = text(officer_client, page_of(made))
    assert "Một nhà" in shown
    assert "1A" in shown
    box = "?bbox=105.8,19.66,105.82,19.68"
    beside = officer_client.get(reverse("proposal_features", args=[made.pk]) + box).json()
    assert len(beside["houses"]) == 1
    assert sorted(other["number"] for other in beside["others"])[:2] == ["1", "1"], "the neighbours, as they are"
    assert approve(officer_client, made, number="46/QĐ-UBND").status_code == 302
    assert House.objects.get(pk=late.pk).number == "1A"
    assert House.objects.get(pk=ground.south[1].pk).number == row(proposal, ground.south[1]).new_number
    assert "Nhà chưa có số." not in text(officer_client, reverse("house", args=[late.code]))


def test_whoever_may_not_number_is_offered_nothing(viewer: User, ground: Ground) -> None:
    client = Client()
    client.force_login(viewer)
    assert "Đề nghị số" not in text(client, reverse("house", args=[ground.south[0].code]))
    assert not Plate.objects.exists()
