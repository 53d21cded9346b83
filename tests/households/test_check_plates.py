"""`manage.py check_plates`: printed addresses are asked for over a real connection, and the dead are named with why."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.live_server_helper import LiveServer

from households import codes, plate_links
from households.models import BatchPlate, House, Plate, PlateBatch, PlateState
from mapping import checks
from mapping.models import Unit
from tests import factories

HOST = "so.example.vn"


@pytest.fixture(autouse=True)
def host_on_plates(settings: Any) -> None:
    settings.PLATE_HOST = HOST


@pytest.fixture
def plates(transactional_db: None, commune: Unit) -> list[Plate]:
    return [factories.plate(factories.house(commune, number=str(number))) for number in range(1, 4)]


def run(*arguments: str) -> tuple[int, str]:
    """Exit status and everything that was said."""
    from io import StringIO

    out = StringIO()
    try:
        call_command("check_plates", *arguments, stdout=out, stderr=StringIO())
    except CommandError as error:
        return error.returncode, out.getvalue() + str(error)
    return 0, out.getvalue()


@contextlib.contextmanager
def other_server(answer: Callable[[BaseHTTPRequestHandler], None], certificate: Path | None = None) -> Iterator[str]:
    """A server on this machine that answers every request in its own way."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"{scheme}://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(10)


def says(status: int, page: str = "", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer of a server."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = page.encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_plates_that_open_are_counted_and_the_status_is_zero(live_server: LiveServer, plates: list[Plate]) -> None:
    status, said = run("--all", "--rate", "20", "--through", live_server.url)
    assert (status, said.strip()) == (0, "Đã hỏi 3 biển, 0 không mở được.")


def test_a_plate_that_the_server_has_lost_is_named_by_its_house_and_why(
    live_server: LiveServer, plates: list[Plate]
) -> None:
    """The house now answers under another code: what hangs there leads to somebody else's page."""
    rows = [
        plate_links.Printed(plates[0].house.code, HOST, codes.new_token(), plates[0].plus_code),
        plate_links.Printed(plates[1].house.code, HOST, plates[2].token, plates[2].plus_code),
        plate_links.Printed(plates[2].house.code, HOST, plates[2].token, plates[2].plus_code),
    ]
    Plate.objects.filter(pk=plates[0].pk).update(state=PlateState.REVOKED)
    rows.append(plate_links.Printed(plates[0].house.code, HOST, plates[0].token, plates[0].plus_code))
    found: list[plate_links.Dead] = []
    checked = plate_links.check(iter(rows), a_second=20, through=live_server.url, on_dead=found.append)
    assert (checked.asked, checked.dead) == (4, 3)
    assert [dead.why for dead in found] == [
        "máy chủ không biết mã này (404)", "mở ra trang khác, không có mã nhà này",
        "máy chủ nói biển không còn giá trị (410)",
    ]  # fmt: skip


def test_dead_plates_and_those_of_proofs_are_not_asked_for(live_server: LiveServer, plates: list[Plate]) -> None:
    Plate.objects.filter(pk=plates[0].pk).update(state=PlateState.LOST)
    Plate.objects.filter(pk=plates[1].pk).update(released_at=None)
    status, said = run("--all", "--through", live_server.url)
    assert status == 0 and "Đã hỏi 1 biển" in said


def test_a_sample_asks_for_so_many_and_a_commune_for_its_own(live_server: LiveServer, plates: list[Plate]) -> None:
    assert "Đã hỏi 2 biển" in run("--sample", "2", "--rate", "20", "--through", live_server.url)[1]
    factories.plate(factories.house(factories.neighbour_commune(), 105.86, 19.67))
    through = ("--rate", "20", "--through", live_server.url)
    assert "Đã hỏi 4 biển" in run("--all", *through)[1]
    assert "Đã hỏi 1 biển" in run("--all", "--commune", "99002", *through)[1]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (says(500), "máy chủ trả lời 500"),
        (says(400), "máy chủ không nhận tên miền này (400); thêm vào SONHA_HOSTS"),
        (says(302, Location="https://quangcao.example/"), "chuyển hướng sang https://quangcao.example/"),
        (says(200, "<h1>Tên miền này đang được rao bán</h1>"), "mở ra trang khác, không có mã nhà này"),
        (says(200, "x" * 300_000), "mở ra trang khác, không có mã nhà này"),
        (says(503), "máy chủ trả lời 503"),
    ],
)
def test_what_else_answers_under_the_name_is_told(
    plates: list[Plate], answer: Callable[[BaseHTTPRequestHandler], None], why: str
) -> None:
    with other_server(answer) as address:
        status, said = run("--all", "--rate", "20", "--through", address)
    lines = said.splitlines()
    codes_said = {codes.format_house_code(plate.house.code) for plate in plates}
    assert status == 1 and {line.split(" ")[0] for line in lines[:-1]} == codes_said
    assert all(line.endswith(f"({HOST}): {why}") for line in lines[:-1])
    assert lines[-1] == "Đã hỏi 3 biển, 3 không mở được."


def test_an_export_on_a_server_of_files_opens_too(plates: list[Plate]) -> None:
    """Such a server leads a folder's address without its last slash to that with it."""
    page = " ".join(codes.format_house_code(plate.house.code) for plate in plates)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        (says(200, page) if handler.path.endswith("/") else says(301, Location=f"{handler.path}/"))(handler)

    with other_server(answer) as address:
        assert run("--all", "--rate", "20", "--through", address)[0] == 0


def test_a_server_that_is_down_is_not_asked_for_ever(
    commune: Unit, plates: list[Plate], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plate_links, "GIVE_UP_AFTER", 2)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    status, said = run("--all", "--rate", "20", "--through", f"http://127.0.0.1:{port}")
    assert status == 1 and said.count("máy chủ từ chối kết nối") == 2
    assert f"{HOST}: 2 biển liền nhau không có trả lời, nên không hỏi tiếp." in said


def test_a_name_that_leads_nowhere_is_told(plates: list[Plate], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int]] = []

    def nowhere(host: str, port: int, *_: Any, **__: Any) -> None:
        asked.append((host, port))
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    status, said = run("--sample", "1")
    assert status == 1 and "không tìm thấy tên máy chủ" in said and asked == [(HOST, 443)]


def test_a_certificate_that_phones_would_not_trust_is_told(plates: list[Plate], tmp_path: Path) -> None:
    with other_server(says(200), self_signed(tmp_path)) as address:
        status, said = run("--sample", "1", "--through", address)
    assert status == 1 and "chứng thư https không hợp lệ" in said


def self_signed(folder: Path) -> Path:
    """A certificate that nobody vouches for, with its key."""
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def test_a_server_that_asks_for_patience_is_asked_again_later(plates: list[Plate]) -> None:
    asked: list[float] = []
    page = " ".join(codes.format_house_code(plate.house.code) for plate in plates)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(time.monotonic())
        (says(429, Retry_After="0") if len(asked) == 1 else says(200, page))(handler)

    with other_server(answer) as address:
        status, _said = run("--all", "--rate", "20", "--through", address)
    assert status == 0 and len(asked) == 4


def test_no_more_than_the_rate_leaves(plates: list[Plate]) -> None:
    asked: list[float] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(time.monotonic())
        says(404)(handler)

    with other_server(answer) as address:
        began = time.monotonic()  # when the server hears of the first says nothing: that one may come late
        run("--all", "--rate", "2", "--through", address)
    assert len(asked) == 3 and asked[2] - began >= 1


def test_plates_are_asked_for_under_the_host_they_were_printed_with(
    commune: Unit, plates: list[Plate], settings: Any
) -> None:
    """One of an earlier batch bears the host of that day, and the server hears which one was asked for."""
    batch = PlateBatch.objects.create(commune=commune, number=1, host="CU.EXAMPLE.VN")
    BatchPlate.objects.create(batch=batch, serial=1, plate=plates[0])
    heard: list[tuple[str, str]] = []
    page = " ".join(codes.format_house_code(plate.house.code) for plate in plates)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        heard.append((handler.headers["Host"], handler.path))
        says(200, page)(handler)

    with other_server(answer) as address:
        status, said = run("--all", "--rate", "20", "--through", address)
        assert status == 1 and "cu.example.vn: có biển in tên miền này" in said
        settings.FORMER_PLATE_HOSTS = ["cu.example.vn"]
        assert run("--all", "--rate", "20", "--through", address)[0] == 0
    expected = {(HOST, f"/{plate.token}/{plate.plus_code}") for plate in plates[1:]}
    assert set(heard) == expected | {("cu.example.vn", f"/{plates[0].token}/{plates[0].plus_code}")}


@pytest.mark.parametrize(
    "wrong",
    [["--sample", "0"], ["--sample", "3", "--all"], ["--rate", "21"], ["--rate", "0"], ["--through", "so.example.vn"]],
)
def test_wrong_arguments_are_refused(wrong: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("check_plates", *wrong)


def test_a_host_that_nobody_else_can_reach_is_refused(db: None, settings: Any) -> None:
    settings.PLATE_HOST = "localhost"
    status, said = run("--all")
    assert status == 2 and re.search("SONHA_PLATE_HOST", said)


def test_a_host_on_plates_that_this_server_does_not_answer_to_is_told(plates: list[Plate], settings: Any) -> None:
    """Each plate would answer 400; a system check says so before anything is printed."""
    settings.ALLOWED_HOSTS = ["khac.example.vn"]
    settings.HTTPS = True
    assert [one.id for one in checks.check_plate_host_is_answered()] == ["mapping.E002"]
    page = " ".join(codes.format_house_code(plate.house.code) for plate in plates)
    with other_server(says(200, page)) as address:
        status, said = run("--all", "--rate", "20", "--through", address)
        assert status == 1 and f"{HOST}: tên miền in trên biển, nhưng máy chủ không nhận nó" in said
        settings.ALLOWED_HOSTS = [f".{HOST.partition('.')[2]}"]
        assert checks.check_plate_host_is_answered() == []
        assert run("--all", "--rate", "20", "--through", address)[0] == 0
    settings.ALLOWED_HOSTS, settings.PLATE_HOST = ["khac.example.vn"], "localhost"
    assert checks.check_plate_host_is_answered() == []


def test_the_house_is_the_same_the_plate_opened(live_server: LiveServer, plates: list[Plate]) -> None:
    """Nothing about the house needs to be as printed: number and street may have changed since."""
    House.objects.update(number="99")
    assert run("--all", "--rate", "20", "--through", live_server.url)[0] == 0
