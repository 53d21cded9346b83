"""Vietnamese is the source, English is complete: no string is missing, fuzzy or left over."""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.management import call_command
from django.utils import formats, translation

ROOT = Path(__file__).resolve().parent.parent
# Marks only Vietnamese writes: an English sentence that holds one was forgotten (names aside).
VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉĩọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]", re.IGNORECASE)


def entries(catalogue: Path, *options: str) -> list[str]:
    """The msgids of a catalogue that `msgattrib` selects."""
    command = ["msgattrib", "--no-wrap", "--no-obsolete", *options, str(catalogue)]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [msgid for msgid in re.findall(r'^msgid "(.*)"$', text, re.MULTILINE) if msgid]


@pytest.mark.parametrize("app", ["mapping", "households", "soil_map"])
def test_every_string_has_its_english(app: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the code says today is extracted anew and merged with the catalogue: nothing may be open then."""
    copy = tmp_path / app
    shutil.copytree(ROOT / app, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    monkeypatch.chdir(copy)
    call_command("makemessages", locale=["en"], verbosity=0)
    catalogue = copy / "locale/en/LC_MESSAGES/django.po"
    assert entries(catalogue, "--untranslated") == []
    assert entries(catalogue, "--only-fuzzy") == []
    subprocess.run(["msgfmt", "--check", "-o", "/dev/null", str(catalogue)], check=True)


@pytest.mark.parametrize("app", ["mapping", "households", "soil_map"])
def test_english_sentences_are_english(app: str) -> None:
    text = (ROOT / app / "locale/en/LC_MESSAGES/django.po").read_text()
    for block in text.split("\n\n")[1:]:
        if block.startswith("#~"):
            continue
        said = " ".join(re.findall(r'"(.*)"', block.partition("msgstr")[2]))
        quoted = re.sub(r"“[^”]*”|\([^)]*\)", "", said)
        assert not VIETNAMESE.search(quoted), f"{app}: {said}"


def test_the_english_catalogue_is_in_force(client, db) -> None:
    with translation.override("en"):
        assert translation.gettext("Đăng nhập") == "Sign in"
    page = client.get("/sign-in/", headers={"accept-language": "en"}).content.decode()
    assert 'lang="en"' in page
    assert "Sign in" in page
    assert "Đăng nhập" in client.get("/sign-in/").content.decode()


def test_dates_and_numbers_are_written_as_people_here_write_them() -> None:
    when = datetime.datetime(2026, 11, 24, 15, 14, tzinfo=datetime.UTC)
    for language, number in (("vi", "2.448"), ("en", "2,448")):
        with translation.override(language):
            assert formats.date_format(when, "SHORT_DATETIME_FORMAT") == "24/11/2026 15:14"
            assert intcomma(2448) == number
