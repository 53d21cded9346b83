"""Whether printed plates still open: their addresses are asked for as a phone does, through the host on the plate.

A plate is alive when its address answers 200 with the page of its house, over a certificate that phones trust. Plates
of former hosts are asked for under those. Never more than so many requests a second leave from here.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet

from households import codes
from households.models import BatchPlate, Plate
from mapping.models import Unit
from mapping.wording import gettext as _

MOST_A_SECOND: Final = 20.0
"""A server lets one address ask more often than that, so that no answer is one of its limits."""
SECONDS_TO_ANSWER: Final = 10.0
GIVE_UP_AFTER: Final = 20
"""So many plates of one host one after the other without any answer: the host is down, and asking on tells nothing."""
_MOST_READ: Final = 200_000  # bytes; a page is some 10,000
_LONGEST_WAIT: Final = 60.0
_TRIES: Final = 3
_AT_A_TIME: Final = 500


@dataclass(frozen=True, slots=True)
class Printed:
    """One address that stands on a door."""

    house_code: str
    host: str
    token: str
    plus_code: str


@dataclass(frozen=True, slots=True)
class Dead:
    """A plate that does not open, and why not in a sentence."""

    plate: Printed
    why: str


@dataclass(slots=True)
class Checked:
    """What a check found; `given_up` are hosts that did not answer at all."""

    asked: int = 0
    dead: int = 0
    given_up: list[str] = field(default_factory=list)


class _NoAnswer(Exception):
    """Nothing came back from a host; the text says why."""


def plates(commune: Unit | None = None) -> QuerySet[Plate]:
    """Return the plates that may hang somewhere and are meant to open."""
    found = Plate.objects.released().order_by("pk")
    return found if commune is None else found.filter(house__commune=commune)


def printed(found: QuerySet[Plate], sample: int | None = None) -> Iterator[Printed]:
    """Return the addresses of plates, each under every host that it was printed with; of a random sample, or of all."""
    if sample is not None:
        found = Plate.objects.filter(pk__in=list(found.order_by("?").values_list("pk", flat=True)[:sample]))
    rows = found.values_list("house__code", "pk", "plus_code").iterator(chunk_size=_AT_A_TIME)
    while block := [row for _number, row in zip(range(_AT_A_TIME), rows, strict=False)]:
        hosts = _hosts_of([token for _code, token, _plus in block])
        for code, token, plus_code in block:
            for host in hosts.get(token) or [settings.PLATE_HOST]:
                yield Printed(code, host, token, plus_code)


def _hosts_of(tokens: list[str]) -> dict[str, list[str]]:
    """Return the hosts that each plate was printed with to hang, by the batches that it stood in."""
    found: dict[str, list[str]] = {}
    rows = BatchPlate.objects.filter(plate__in=tokens, batch__is_proof=False).exclude(batch__host="")
    for token, host in rows.values_list("plate", "batch__host").order_by("plate", "batch__host").distinct():
        found.setdefault(token, []).append(host.lower())
    return found


def unlisted_hosts() -> list[str]:
    """Return hosts of batches that this server is not told to answer to: their plates get no page."""
    known = {settings.PLATE_HOST, *settings.FORMER_PLATE_HOSTS}
    hosts = BatchPlate.objects.filter(batch__is_proof=False).exclude(batch__host="")
    return sorted({host.lower() for host in hosts.values_list("batch__host", flat=True).distinct()} - known)


def check(
    addresses: Iterator[Printed],
    *,
    a_second: float,
    through: str = "",
    on_dead: Callable[[Dead], None],
    on_progress: Callable[[int], None] = lambda done: None,
) -> Checked:
    """Ask for each address, `a_second` at most, and tell `on_dead` of those that do not open.

    `through` asks another server than the one that the names lead to, such as "http://127.0.0.1:8000", for the hosts'
    pages: a new one before the name points to it.
    """
    asking = _Asking(through, min(a_second, MOST_A_SECOND))
    checked = Checked()
    silent: dict[str, int] = {}
    try:
        for plate in addresses:
            if plate.host in checked.given_up:
                continue
            try:
                why = asking.why_dead(plate)
                silent[plate.host] = 0
            except _NoAnswer as error:
                why = str(error)
                silent[plate.host] = silent.get(plate.host, 0) + 1
            checked.asked += 1
            if why:
                checked.dead += 1
                on_dead(Dead(plate, why))
            if silent[plate.host] >= GIVE_UP_AFTER:
                checked.given_up.append(plate.host)
            on_progress(checked.asked)
    finally:
        asking.close()
    return checked


class _Asking:
    """One connection a host, kept open, and a pause between requests."""

    def __init__(self, through: str, a_second: float) -> None:
        self._through = urlsplit(through) if through else None
        self._pause = 1.0 / a_second
        self._next_at = time.monotonic()
        self._connections: dict[str, http.client.HTTPConnection] = {}

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()

    def why_dead(self, plate: Printed) -> str:
        """Return "" for a plate that opens, else the reason. Raises _NoAnswer."""
        path = f"/{plate.token}/{plate.plus_code}"
        status, headers, page = self._patiently(plate.host, path)
        if 300 <= status < 400 and urlsplit(headers.get("Location", "")).path == f"{path}/":
            # A server of files, which knows pages as folders; where else it leads is found out by the page.
            status, headers, page = self._patiently(plate.host, f"{path}/")
        if 300 <= status < 400:
            return _("chuyển hướng sang %(place)s") % {"place": headers.get("Location", "?")[:100]}
        if status == 400:
            return _("máy chủ không nhận tên miền này (400); thêm vào SONHA_HOSTS")
        if status == 410:
            return _("máy chủ nói biển không còn giá trị (410)")
        if status == 404:
            return _("máy chủ không biết mã này (404)")
        if status != 200:
            return _("máy chủ trả lời %(status)d") % {"status": status}
        if codes.format_house_code(plate.house_code) not in page:
            return _("mở ra trang khác, không có mã nhà này")
        return ""

    def _patiently(self, host: str, path: str) -> tuple[int, http.client.HTTPMessage, str]:
        """Ask, and again later where the server asks for patience."""
        for _try in range(_TRIES):
            status, headers, page = self._get(host, path)
            if status != 429:
                break
            wanted = headers.get("Retry-After", "")
            time.sleep(min(_LONGEST_WAIT, float(wanted) if wanted.isdigit() else 1.0))
        return status, headers, page

    def _get(self, host: str, path: str) -> tuple[int, http.client.HTTPMessage, str]:
        """Ask once; a connection that the server has closed meanwhile is opened anew."""
        self._wait()
        is_kept = host in self._connections
        try:
            return self._ask(host, path)
        except (http.client.HTTPException, OSError) as error:
            self._connections.pop(host).close()
            if not is_kept or isinstance(error, TimeoutError):
                raise _NoAnswer(_why(error)) from error
        try:
            return self._ask(host, path)
        except (http.client.HTTPException, OSError) as error:
            self._connections.pop(host).close()
            raise _NoAnswer(_why(error)) from error

    def _ask(self, host: str, path: str) -> tuple[int, http.client.HTTPMessage, str]:
        connection = self._connections.get(host)
        if connection is None:
            connection = self._connections[host] = self._connect(host)
        headers = {"Host": host, "Accept": "text/html", "Accept-Language": "vi", "User-Agent": "sonha check_plates"}
        if self._through is not None:
            headers["X-Forwarded-Proto"] = "https"  # what the proxy says that stands before the server
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        page = answer.read(_MOST_READ).decode("utf-8", "replace")
        if not answer.isclosed():  # more than any page of ours: the rest is not read
            self._connections.pop(host).close()
        return answer.status, answer.headers, page

    def _connect(self, host: str) -> http.client.HTTPConnection:
        if self._through is None:
            return http.client.HTTPSConnection(host, timeout=SECONDS_TO_ANSWER, context=ssl.create_default_context())
        kind = http.client.HTTPSConnection if self._through.scheme == "https" else http.client.HTTPConnection
        return kind(self._through.hostname or "", self._through.port, timeout=SECONDS_TO_ANSWER)

    def _wait(self) -> None:
        now = time.monotonic()
        if self._next_at > now:
            time.sleep(self._next_at - now)
        self._next_at = max(now, self._next_at) + self._pause


def _why(error: Exception) -> str:
    """Say why nothing came back."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("chứng thư https không hợp lệ (%(detail)s)") % {"detail": error.verify_message}
    if isinstance(error, socket.gaierror):
        return _("không tìm thấy tên máy chủ")
    if isinstance(error, TimeoutError):
        return _("máy chủ không trả lời trong %(seconds)d giây") % {"seconds": SECONDS_TO_ANSWER}
    if isinstance(error, ConnectionRefusedError):
        return _("máy chủ từ chối kết nối")
    return _("không kết nối được (%(detail)s)") % {"detail": getattr(error, "strerror", None) or error}
