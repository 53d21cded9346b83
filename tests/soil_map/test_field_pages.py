"""The pages of a sample and a field: what they tell, whom, and what the card that goes with them opens."""

from __future__ import annotations

import datetime
import io
import re
from html import unescape
from typing import Any

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from django.db import transaction
from django.test import Client

from mapping.access import Role
from mapping.models import AuditEntry, Job, JobState, Unit, User
from soil_map import sample_names
from soil_map.cards import batching, keys
from soil_map.models import Campaign, DoseRule, Parcel, RuleState, Sample
from tests import factories
from tests.factories import CENTRE
from tests.soil_map import soil_factories as soil

# The bars of classes can look like a linear code to a reader that is asked for any.
QR_CODE = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

pytestmark = pytest.mark.django_db
HOST = "sonha.example.vn"


@pytest.fixture
def commune(settings: Any) -> Unit:
    settings.PLATE_HOST = HOST
    return factories.commune()


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    return soil.campaign(commune, is_published=True)


@pytest.fixture
def sample(campaign: Campaign) -> Sample:
    return soil.sample(campaign, ph_kcl=5.2, om_walkley_black=2.2, p_oniani=8.4, p_bray2=1.0)


@pytest.fixture
def agronomist(commune: Unit) -> User:
    return factories.user("lan", role=Role.AGRONOMIST, at=commune)


def page(client: Client, path: str, status: int = 200, **query: Any) -> str:
    answer = client.get(path, query)
    assert answer.status_code == status, answer.content.decode()[:2000]
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", text)


def pdf_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return " ".join(str(one.get_textpage().get_text_bounded()) for one in document)


def symbols(content: bytes, page_number: int = 0) -> list[str]:
    shown = pypdfium2.PdfDocument(content)[page_number].render(scale=150 / 72).to_pil().convert("L")
    return sorted(one.text for one in zxingcpp.read_barcodes(np.asarray(shown), formats=QR_CODE))


def whole(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_anyone_reads_an_open_sample_of_a_published_campaign(client: Client, sample: Sample) -> None:
    said = page(client, f"/soil/samples/{sample.pk}/")
    assert f"Mẫu đất {sample.site.code}" in said
    assert "5,2" in said and "ít chua" in said and "Bắc Ninh, 2021" in said
    assert "2,20" in said and "trung bình" in said  # a limit belongs to the class above it
    assert "thang dự thảo" in said  # Oniani
    assert "chưa có thang cho phương pháp này" in said  # Bray II


def test_strangers_are_told_a_running_number_for_a_code_that_tells_a_field(
    client: Client, sample: Sample, agronomist: User
) -> None:
    """A sheet that knows samples by their fields makes "12/345" the code of a site; fields are not for everyone."""
    campaign = sample.campaign
    by_field = soil.sample(campaign, soil.site(campaign.commune, code="12/345"), ph_kcl=5.0)
    path = f"/soil/samples/{by_field.pk}/"
    assert "Mẫu đất 2" in page(client, path)
    answer = client.get(f"{path}card.pdf")
    card = whole(answer)
    assert "Mẫu 2" in pdf_text(card) and "345" not in answer["Content-Disposition"]
    assert "12/345" not in client.get(path).content.decode() and "12/345" not in pdf_text(card)
    assert "Mẫu đất 12/345" in page(client, path, k=keys.key_of("sample", by_field.pk))  # whoever has the field's card
    client.force_login(agronomist)
    assert "Mẫu đất 12/345" in page(client, path)


@pytest.mark.parametrize(
    ("code", "tells"),
    [
        ("12/345", True),
        ("DC12/345a", True),
        ("tờ 12 thửa 345", True),
        ("12/345-1", True),
        ("12/345.1", True),
        ("12-2/345", True),
        ("BĐ 12/345", True),
        ("PL-3/7", True),
        ("Thửa 345 tờ 12", True),
        ("thửa 345", True),
        ("Tờ bản đồ số 12, 345", True),
        ("TH01", False),
        ("Tổ 7", False),
        ("QB001", False),
        ("D-12", False),
        ("T 7", False),
    ],
)
def test_which_codes_tell_a_field(code: str, tells: bool) -> None:
    assert sample_names.tells_field(code) is tells


@pytest.mark.parametrize("code", ["12-345", "M12_0345", "345 (12)", "BĐ12 345"])
def test_a_code_that_tells_a_samples_own_field_is_a_number_for_strangers(
    client: Client, campaign: Campaign, agronomist: User, code: str
) -> None:
    """In a shape that by itself may mean anything; the field is found by the place where the sheet named none."""
    soil.parcel(campaign.commune)
    found = soil.sample(campaign, soil.site(campaign.commune, code=code), ph_kcl=5.0)
    path = f"/soil/samples/{found.pk}/"
    assert "Mẫu đất 1 " in page(client, path) and code not in client.get(path).content.decode()
    client.force_login(agronomist)
    assert f"Mẫu đất {code}" in page(client, path)


def test_a_code_that_tells_another_field_than_its_own_stays(client: Client, campaign: Campaign) -> None:
    soil.parcel(campaign.commune)
    found = soil.sample(campaign, soil.site(campaign.commune, code="D12-34"), ph_kcl=5.0)
    assert "Mẫu đất D12-34" in page(client, f"/soil/samples/{found.pk}/")


def test_a_strangers_card_is_the_same_whatever_fields_lie_around(
    client: Client, sample: Sample, agronomist: User
) -> None:
    path = f"/soil/samples/{sample.pk}/card.pdf"
    before = whole(client.get(path))
    soil.parcel(sample.campaign.commune, "12", "345")
    soil.parcel(sample.campaign.commune, "12", "346", CENTRE[0] + 0.0005)
    assert whole(client.get(path)) == before
    assert "346" not in pdf_text(before)
    assert "346" in pdf_text(whole(client.get(path, {"k": keys.key_of("sample", sample.pk)})))
    client.force_login(agronomist)
    said = pdf_text(whole(client.get(path)))
    assert "tờ 12 thửa 345" in said and "346" in said


def test_classes_are_told_to_those_who_see_no_picture(client: Client, sample: Sample) -> None:
    html = client.get(f"/soil/samples/{sample.pk}/").content.decode()
    assert re.search(r'<svg class="soil-bar"[^>]* role="img" aria-label="5,2\s*: ít chua"', html)
    assert "style=" not in html.split('<main id="main">')[1].split("</main>")[0]


@pytest.mark.parametrize("change", [{"is_private": True}, {"published": False}])
def test_what_is_private_or_not_published_is_absent_for_others_and_open_to_whoever_holds_the_card(
    client: Client, sample: Sample, change: dict[str, bool]
) -> None:
    if "published" in change:
        Campaign.objects.filter(pk=sample.campaign_id).update(published_at=None)
    else:
        Sample.objects.filter(pk=sample.pk).update(**change)
    path = f"/soil/samples/{sample.pk}/"
    page(client, path, 404)
    page(client, f"{path}card.pdf", 404)
    page(client, path, 404, k="A" * 16)
    other = soil.sample(sample.campaign, ph_kcl=4)
    page(client, path, 404, k=keys.key_of("sample", other.pk))
    key = keys.key_of("sample", sample.pk)
    assert "ít chua" in page(client, path, k=key)
    assert "ít chua" in page(client, path, k=key.lower())


def test_who_reads_a_private_sample_is_written_down(client: Client, sample: Sample, agronomist: User) -> None:
    Sample.objects.filter(pk=sample.pk).update(is_private=True)
    client.force_login(agronomist)
    assert "mẫu riêng tư" in page(client, f"/soil/samples/{sample.pk}/")
    assert AuditEntry.objects.filter(action="soil.read_private", user_id=agronomist.pk).count() == 1


def test_a_long_citation_is_told_whole_where_it_fits_and_else_named_with_where_it_stands_whole(
    client: Client, campaign: Campaign
) -> None:
    """The rule for rice cites 600 letters: with few values they fit, with six they do not, and are never cut off."""
    citation = DoseRule.objects.get(key="ssnm_rice_spring", version=3).citation
    asked = {"crop": "rice_spring", "target": "6", "zero_k": "4,5", "with": ["urea", "potash"]}
    few = soil.sample(campaign, ph_kcl=5.2)
    said = " ".join(pdf_text(whole(client.get(f"/soil/samples/{few.pk}/card.pdf", asked))).split())
    assert citation[-60:] in said
    Campaign.objects.update(is_invented=True)
    many = soil.sample(campaign, ph_kcl=5.2, om_walkley_black=2.2, p_oniani=8.4, n_kjeldahl=0.16,
                       k_ammonium_acetate=12, cec_ammonium_acetate=11)  # fmt: skip
    said = " ".join(pdf_text(whole(client.get(f"/soil/samples/{many.pk}/card.pdf", asked))).split())
    assert "v3. IRRI, Site-Specific Nutrient Management (nguồn viết đủ: quét mã, chọn cây này)." in said
    assert "Kali dễ tiêu)." in said and "…" not in said
    assert citation in unescape(page(client, f"/soil/samples/{many.pk}/", **asked))


def test_a_crop_gets_its_dose_or_what_is_missing(client: Client, sample: Sample) -> None:
    path = f"/soil/samples/{sample.pk}/"
    asked = {"crop": "rice_spring", "target": "6", "zero_k": "4,5", "with": ["urea", "potash"]}
    said = page(client, path, **asked)
    assert "N 15 kg × 6 tấn thóc 90 4,5" in said
    assert "Kali clorua 1,5 bao 50 kg cho 1 ha 75 3,8" in said or "75 3,7" in said
    assert "IRRI" in said and "P₂O₅: quy tắc này không tính" in said
    assert "chưa có quy tắc bón vôi được duyệt" in said
    assert "ô không bón kali" in page(client, path, crop="rice_spring", target="6")
    assert "còn là dự thảo" in page(client, path, crop="maize")
    assert "“sáu” thì không đọc được" in page(client, path, 400, crop="rice_spring", target="sáu")
    assert "Không có cây trồng này" in page(client, path, 400, crop="lotus")


def test_earlier_campaigns_stand_beside_it_with_their_method_and_private_ones_are_kept(
    client: Client, commune: Unit, sample: Sample, agronomist: User
) -> None:
    before = soil.campaign(commune, "Đợt 2015", is_published=True, started_on=datetime.date(2015, 3, 1))
    old = soil.sample(before, sample.site, ph_kcl=4.4, ph_h2o=5.6)
    said = page(client, f"/soil/samples/{sample.pk}/")
    assert "Đợt 2015, 03/2015 Độ chua pH pH(KCl) 4,4 ít chua" in said
    assert "pH(H₂O) 5,6" in said
    Sample.objects.filter(pk=old.pk).update(is_private=True)
    assert "4,4" not in page(client, f"/soil/samples/{sample.pk}/")
    client.force_login(agronomist)
    assert "4,4" in page(client, f"/soil/samples/{sample.pk}/")


def test_a_field_takes_the_mean_of_its_samples_and_leaves_deeper_ones_out(
    client: Client, campaign: Campaign, sample: Sample, agronomist: User
) -> None:
    parcel = soil.parcel(campaign.commune)
    beside = soil.site(campaign.commune, CENTRE[0] + 0.0001, CENTRE[1])
    soil.sample(campaign, beside, ph_kcl=5.8)
    deep = Sample.objects.create(campaign=campaign, site=beside, depth_from_cm=20, depth_to_cm=40)
    soil.result(deep, "ph_kcl", 7.9)
    soil.sample(campaign, soil.site(campaign.commune, CENTRE[0] + 0.01, CENTRE[1]), ph_kcl=9.0)
    client.force_login(agronomist)
    said = page(client, f"/soil/parcels/{parcel.pk}/")
    assert "Đất của tờ 12 thửa 345" in said
    assert "5,5" in said and "trung bình của 2 mẫu" in said
    assert "7,9" not in said and "9,0" not in said


def test_a_field_tells_the_latest_campaign_at_its_own_depth_and_older_ones_as_history(
    client: Client, commune: Unit, agronomist: User
) -> None:
    parcel, site = soil.parcel(commune), soil.site(commune)
    old = soil.campaign(commune, "Đợt 2015", started_on=datetime.date(2015, 3, 1))
    soil.sample(old, site, ph_kcl=4.4)
    new = soil.campaign(commune, "Đợt 2025", started_on=datetime.date(2025, 3, 1))
    deeper = Sample.objects.create(campaign=new, site=site, depth_from_cm=5, depth_to_cm=25)
    soil.result(deeper, "ph_kcl", 6.1)
    client.force_login(agronomist)
    now, _, before = page(client, f"/soil/parcels/{parcel.pk}/").partition("Các đợt trước")
    assert "6,1" in now and "5–25 cm" in now and "4,4" not in now
    assert "4,4" in before and "0–20 cm" in before


def test_a_field_without_anything_says_what_to_do(client: Client, commune: Unit, agronomist: User) -> None:
    parcel = soil.parcel(commune)
    client.force_login(agronomist)
    assert "Lấy một mẫu ở thửa này" in page(client, f"/soil/parcels/{parcel.pk}/")


def test_a_fields_page_opens_for_whoever_holds_its_card_and_asks_others_to_sign_in(
    client: Client, campaign: Campaign, sample: Sample
) -> None:
    parcel = soil.parcel(campaign.commune)
    path = f"/soil/parcels/{parcel.pk}/"
    assert client.get(path).headers["Location"].startswith("/sign-in/?next=")
    assert "5,2" in page(client, path, k=keys.key_of("parcel", parcel.pk))
    assert client.get(path, {"k": keys.key_of("sample", parcel.pk)}).status_code == 302


def test_a_key_opens_its_one_sample_and_not_the_private_or_unpublished_ones_of_the_site(
    client: Client, commune: Unit, sample: Sample, agronomist: User
) -> None:
    before = soil.campaign(commune, "Đợt 2015", is_published=True, started_on=datetime.date(2015, 3, 1))
    soil.sample(before, sample.site, ph_kcl=4.4)
    Sample.objects.filter(campaign=before).update(is_private=True)
    soil.sample(soil.campaign(commune, "Đợt mới", started_on=datetime.date(2026, 3, 1)), sample.site, ph_kcl=6.6)
    said = page(client, f"/soil/samples/{sample.pk}/", k=keys.key_of("sample", sample.pk))
    assert "5,2" in said and "4,4" not in said and "6,6" not in said
    client.force_login(agronomist)
    said = page(client, f"/soil/samples/{sample.pk}/")
    assert "4,4" in said and "6,6" in said


def test_a_card_asked_for_by_anyone_carries_no_key_and_one_asked_for_with_a_key_carries_it_on(
    client: Client, sample: Sample
) -> None:
    path = f"/soil/samples/{sample.pk}/card.pdf"
    assert symbols(whole(client.get(path))) == [f"https://{HOST}/soil/samples/{sample.pk}/"]
    key = keys.key_of("sample", sample.pk)
    assert symbols(whole(client.get(path, {"k": key}))) == [f"https://{HOST}/soil/samples/{sample.pk}/?k={key}"]


def test_a_paper_card_of_a_field_shows_no_private_sample_that_came_later(
    client: Client, commune: Unit, campaign: Campaign, sample: Sample, agronomist: User
) -> None:
    parcel = soil.parcel(commune)
    later = soil.campaign(commune, "Đợt 2026", is_published=True, started_on=datetime.date(2026, 3, 1))
    soil.sample(later, sample.site, ph_kcl=6.6)
    Sample.objects.filter(campaign=later).update(is_private=True)
    path = f"/soil/parcels/{parcel.pk}/"
    said = page(client, path, k=keys.key_of("parcel", parcel.pk))
    assert "5,2" in said and "6,6" not in said
    client.force_login(agronomist)
    assert "6,6" in page(client, path, k=keys.key_of("parcel", parcel.pk))


def test_whose_field_a_sample_is_in_is_for_those_who_may_see_the_soil(
    client: Client, sample: Sample, agronomist: User
) -> None:
    soil.parcel(sample.campaign.commune)
    path = f"/soil/samples/{sample.pk}/"
    assert "tờ 12 thửa 345" not in page(client, path)
    assert "thửa 345" not in pdf_text(whole(client.get(f"{path}card.pdf")))
    client.force_login(agronomist)
    assert "tờ 12 thửa 345" in page(client, path)


def test_a_value_stands_in_the_unit_of_the_limits_beside_it(client: Client, campaign: Campaign) -> None:
    olsen = soil.sample(campaign, p_olsen=5 * 0.22914)  # 5 mg/kg P is a limit of the draft scheme
    html = client.get(f"/soil/samples/{olsen.pk}/").content.decode()
    assert re.search(r"<strong>5,\d*</strong> mg/kg P", html) and ">1,146<" not in html
    said = pdf_text(whole(client.get(f"/soil/samples/{olsen.pk}/card.pdf")))
    assert "mg/kg P" in said


def test_a_value_beside_a_limit_is_told_on_its_own_side_of_it(client: Client, campaign: Campaign) -> None:
    near = soil.sample(campaign, ph_kcl=5.96, om_walkley_black=2.196)
    said = page(client, f"/soil/samples/{near.pk}/")
    assert "5,96" in said and "6,0 " not in said.partition("Bắc Ninh")[0] and "ít chua" in said
    assert "2,196" in said
    assert "5,96" in pdf_text(whole(client.get(f"/soil/samples/{near.pk}/card.pdf")))


def test_where_nothing_was_found_in_several_samples_their_largest_limit_is_told(
    client: Client, campaign: Campaign, agronomist: User
) -> None:
    parcel = soil.parcel(campaign.commune)
    for place, limit in enumerate((0.05, 0.4)):
        one = soil.sample(campaign, soil.site(campaign.commune, CENTRE[0] + place * 0.0001))
        soil.result(one, "n_kjeldahl", limit / 2, written=f"<{limit}", is_below_detection=True)
    client.force_login(agronomist)
    said = page(client, f"/soil/parcels/{parcel.pk}/")
    assert "&lt; 0,400" in said and "0,225" not in said


def test_the_cards_symbol_opens_the_page_that_says_the_same(client: Client, sample: Sample, agronomist: User) -> None:
    Sample.objects.filter(pk=sample.pk).update(is_private=True)
    client.force_login(agronomist)
    answer = client.get(f"/soil/samples/{sample.pk}/card.pdf", {"crop": "rice_spring", "target": 6, "zero_k": 4})
    assert (
        answer.headers["Content-Disposition"] == f'attachment; filename="phieu-dat-mau-{sample.site.code.lower()}.pdf"'
    )
    content = whole(answer)
    said = pdf_text(content)
    assert "Liều bón cho lúa vụ xuân, năng suất 6 tấn/ha" in said and "BẢN IN THỬ" not in said
    (url,) = symbols(content)
    assert url.startswith(f"https://{HOST}/soil/samples/{sample.pk}/?k=")
    client.logout()
    assert "ít chua" in page(client, url.removeprefix(f"https://{HOST}"))


def test_a_card_for_a_host_that_nobody_can_open_is_a_proof_and_speaks_vietnamese(
    client: Client, sample: Sample, settings: Any
) -> None:
    settings.PLATE_HOST = "localhost"
    client.cookies["django_language"] = "en"
    said = pdf_text(whole(client.get(f"/soil/samples/{sample.pk}/card.pdf", {"crop": "maize"})))
    assert "BẢN IN THỬ" in said and "Độ chua pH" in said and "còn là dự thảo" in said


def test_invented_data_says_so_on_page_and_card(client: Client, sample: Sample) -> None:
    Campaign.objects.filter(pk=sample.campaign_id).update(is_invented=True)
    assert "đừng bón theo trang này" in page(client, f"/soil/samples/{sample.pk}/")
    said = pdf_text(whole(client.get(f"/soil/samples/{sample.pk}/card.pdf")))
    assert "SỐ LIỆU GIẢ LẬP" in said and "đừng bón theo phiếu này" in said


@pytest.mark.django_db(transaction=True)
def test_a_campaigns_cards_are_printed_in_order_and_read_back(
    client: Client, campaign: Campaign, agronomist: User, run_jobs: Any
) -> None:
    for place in range(3):
        at = soil.site(campaign.commune, CENTRE[0] + place * 0.001, CENTRE[1], code=f"Q{place + 9}")
        soil.sample(campaign, at, ph_kcl=4.5 + place)
    client.force_login(agronomist)
    path = f"/soil/campaigns/{campaign.pk}/cards/"
    assert "một mẫu đất (3 phiếu)" in page(client, path)
    sent = {"of": "samples", "paper": "a4", "crop": "rice_spring", "target": "6", "zero_k": "4.5"}
    answer = client.post(path, sent)
    assert client.post(path, sent).headers["Location"] == answer.headers["Location"]  # pressed twice, printed once
    run_jobs()
    job = Job.objects.get(kind=batching.KIND)
    assert (job.state, job.result["cards"], job.result["pages"]) == (JobState.DONE, 3, 2)
    content = whole(client.get(f"/files/{job.result_file_id}/"))
    assert len(pypdfium2.PdfDocument(io.BytesIO(content))) == 2
    said = pdf_text(content)
    assert said.index("Mẫu Q9") < said.index("Mẫu Q10") < said.index("Mẫu Q11")
    with transaction.atomic():
        assert AuditEntry.objects.filter(action="soil.export", count=3).exists()


def test_an_order_that_prints_nothing_says_why(client: Client, campaign: Campaign, agronomist: User) -> None:
    client.force_login(agronomist)
    path = f"/soil/campaigns/{campaign.pk}/cards/"

    def sent(**what: str) -> str:
        return client.post(path, what).content.decode()

    assert "chưa có mẫu nào có kết quả" in sent(of="samples", paper="a5")
    assert "Chưa có thửa nào có mẫu" in sent(of="parcels", paper="a5")
    assert "A5 hay A4" in sent(of="samples", paper="a0")
    assert "không đọc được" in sent(of="samples", paper="a5", crop="rice_spring", target="-3")
    assert not Job.objects.exists()


def test_an_approved_lime_rule_and_season_parts_reach_page_and_card(client: Client, sample: Sample) -> None:
    soil.result(sample, "ph_h2o", 4.2)
    DoseRule.objects.filter(key__in=("maize_dap", "lime_maize")).update(state=RuleState.APPROVED)
    query = {"crop": "maize", "with": ["urea", "superphosphate", "potash"]}
    said = page(client, f"/soil/samples/{sample.pk}/", **query)
    assert "Vôi bột: 2000 kg/ha, 100 kg/sào" in said and "Thúc khi 3–4 lá" in said
    printed = re.sub(r"\s+", " ", pdf_text(whole(client.get(f"/soil/samples/{sample.pk}/card.pdf", query))))
    assert "Vôi bột: 2000 kg/ha" in printed and "Bón lót: Đạm urê" in printed


def test_fields_of_other_communes_are_absent(client: Client, commune: Unit) -> None:
    parcel: Parcel = soil.parcel(commune)
    client.force_login(factories.user("khac", role=Role.AGRONOMIST, at=factories.neighbour_commune()))
    page(client, f"/soil/parcels/{parcel.pk}/", 404)


def test_the_page_speaks_english_to_whoever_reads_that(client: Client, sample: Sample) -> None:
    client.cookies["django_language"] = "en"
    said = page(client, f"/soil/samples/{sample.pk}/", crop="rice_spring", target="6", zero_k="4.5")
    for words in (
        "Soil sample",
        "slightly acid",
        "Spring rice",
        "kg × 6 t of grain",
        "does not mean that none is needed",
    ):
        assert words in said, words
    assert "Lime: there is no approved liming rule for spring rice" in said


@pytest.mark.parametrize("typed", ["12/345", "tờ 12 thửa 345", "345", "12, 345"])
def test_a_field_is_found_by_sheet_and_number(client: Client, commune: Unit, agronomist: User, typed: str) -> None:
    wanted = soil.parcel(commune, "12", "345")
    other = soil.parcel(commune, "13", "46", lng=CENTRE[0] + 0.002)
    client.force_login(agronomist)
    path = f"/soil/desk/{commune.code}/parcels/"
    html = client.get(path, {"q": typed}).content.decode()
    assert f"/soil/parcels/{wanted.pk}/" in html and f"/soil/parcels/{other.pk}/" not in html
    assert f"/soil/parcels/{other.pk}/" in client.get(path).content.decode()
    assert "có mẫu" not in page(client, path)
    soil.sample(soil.campaign(commune))
    assert "thửa 345 LUC 2.902 m² có mẫu" in page(client, path)
    assert "Không có thửa “99/1”" in page(client, path, q="99/1")
    assert path in client.get(f"/soil/desk/{commune.code}/").content.decode()
