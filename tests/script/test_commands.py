"""The commands people type: what they refuse, and what they keep when run again."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "script"


@pytest.fixture
def environment_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that writes var/env, with a folder of its own."""
    module = load("environment_file")
    monkeypatch.setattr(module, "VAR", tmp_path)
    monkeypatch.setattr(module, "ENVIRONMENT_FILE", tmp_path / "env")
    return module


def load(name: str) -> ModuleType:
    """Import a module of script/, which is no package."""
    specification = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["server", "--port", "99999"], "--port takes a number"),
        (["server", "--prot", "80"], "does not know “--prot”"),
        (["setup", "now"], "takes no arguments"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_installed(command: list[str], said: str) -> None:
    done = subprocess.run(["bash", str(SCRIPTS / command[0]), *command[1:]], capture_output=True, text=True)
    assert done.returncode == 2
    assert said in done.stderr


def test_without_apt_one_sentence_names_what_to_install(tmp_path: Path) -> None:
    for tool in ("bash", "dirname", "mkdir", "chmod", "flock", "find", "grep", "cat", "id", "sha256sum", "cut"):
        (tmp_path / tool).symlink_to(Path("/usr/bin") / tool)
    (tmp_path / "python3").symlink_to(sys.executable)
    done = subprocess.run(
        ["bash", str(SCRIPTS / "setup")],
        capture_output=True,
        text=True,
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
    )
    assert done.returncode == 1
    assert "GNU gettext" in done.stderr
    assert "package manager" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_settings_of_the_machine_survive_a_second_set_up(environment_file: ModuleType) -> None:
    environment_file.write_environment_file({"SONHA_FONT_BOLD": "/a.ttf", "DATABASE_URL": "postgresql://x@/y?a=b"})
    first = environment_file.read_environment_file()
    environment_file.write_environment_file({"SONHA_FONT_BOLD": "/b.ttf"})
    second = environment_file.read_environment_file()
    assert second == {**first, "SONHA_FONT_BOLD": "/b.ttf"}
    assert len(second["SONHA_SECRET_KEY"]) >= 50
    assert environment_file.ENVIRONMENT_FILE.stat().st_mode & 0o777 == 0o600


def test_a_certificate_is_kept_until_it_no_longer_fits(tmp_path: Path) -> None:
    certificate = load("certificate")
    first, key = certificate.ensure_certificate(tmp_path / "tls", ["192.0.2.7"])
    content = first.read_bytes()
    certificate.ensure_certificate(tmp_path / "tls", ["192.0.2.7"])
    assert first.read_bytes() == content
    assert key.stat().st_mode & 0o777 == 0o600
    certificate.ensure_certificate(tmp_path / "tls", ["192.0.2.8"])
    assert first.read_bytes() != content
