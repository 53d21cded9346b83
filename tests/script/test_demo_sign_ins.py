"""The demo's officers sign in without a phone on this machine alone, and the server says so."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from types import ModuleType

import pytest

from tests.script.test_commands import SCRIPTS


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module of script/server, in a checkout whose demo has been loaded."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    monkeypatch.setenv("SONHA_REQUIRE_TOTP", "")  # so that what the module sets is taken back after the test
    monkeypatch.delenv("SONHA_REQUIRE_TOTP")
    module = importlib.import_module("serve")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "DEMO", tmp_path / "var" / "demo")
    (tmp_path / "var" / "demo").mkdir(parents=True)
    (tmp_path / "var" / "demo" / "sign-ins.txt").write_text("canbo")
    return module


def test_the_demo_on_this_machine_asks_for_no_phone_and_says_so(
    serve: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert serve.spare_the_demo_its_phones("127.0.0.1", "demo")
    assert os.environ["SONHA_REQUIRE_TOTP"] == "False"
    serve.announce(["http://localhost:8000"], "demo", without_phones=True)
    said = capsys.readouterr().out.splitlines()
    assert "không hỏi mã điện thoại" in said[said.index("canbo") + 1]


@pytest.mark.parametrize(("host", "content"), [("0.0.0.0", "demo"), ("127.0.0.1", "other"), ("127.0.0.1", "nothing")])
def test_a_network_or_real_data_asks_for_phones(serve: ModuleType, host: str, content: str) -> None:
    assert not serve.spare_the_demo_its_phones(host, content)
    assert "SONHA_REQUIRE_TOTP" not in os.environ


def test_whoever_set_it_has_the_last_word(serve: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "var" / "env").write_text("SONHA_REQUIRE_TOTP=True\n")
    assert not serve.spare_the_demo_its_phones("127.0.0.1", "demo")
    (tmp_path / "var" / "env").unlink()
    monkeypatch.setenv("SONHA_REQUIRE_TOTP", "True")
    assert not serve.spare_the_demo_its_phones("127.0.0.1", "demo")
