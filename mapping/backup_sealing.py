"""Encryption of backups for a recipient: the server holds the public key only and cannot read its own backups.

`SONHA_BACKUP_RECIPIENT` is an age or SSH public key, a file that holds one (age) or a PGP public key (gpg), or the
name of a key in gpg's own ring.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from django.utils.translation import gettext as _

from mapping.backup_programs import failed, run
from mapping.errors import UserError

SUFFIXES: Final = {"age": ".age", "gpg": ".gpg"}
_GPG: Final = ("gpg", "--batch", "--no-tty", "--quiet")


@dataclass(frozen=True, slots=True)
class Seal:
    """Who can open a backup: the tool's name and the command that encrypts its input."""

    tool: str
    command: tuple[str, ...]

    @property
    def suffix(self) -> str:
        """What the file's name ends in."""
        return SUFFIXES[self.tool]

    @contextmanager
    def around(self, target: IO[bytes]) -> Iterator[IO[bytes]]:
        """Give a stream whose bytes arrive in `target` encrypted. Raises UserError when the tool fails."""
        failure = _("Không mã hóa được bản sao lưu bằng %(tool)s") % {"tool": self.tool}
        with (
            tempfile.TemporaryFile() as said,
            subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=target, stderr=said) as child,
        ):
            if child.stdin is None:
                raise RuntimeError("no pipe")
            broken: BrokenPipeError | None = None
            try:
                yield child.stdin
                child.stdin.close()
            except BrokenPipeError as error:
                broken = error
            except BaseException:
                child.kill()
                raise
            status = child.wait()
            if status != 0 or broken:
                said.seek(0)
                raise failed(failure, status, said.read()) from broken


def seal_for(recipient: str) -> Seal | None:
    """The seal for the configured recipient, tried with a few bytes; None without one. Raises UserError."""
    if not recipient:
        return None
    seal = _seal_of(recipient)
    if shutil.which(seal.tool) is None:
        raise UserError(
            _("SONHA_BACKUP_RECIPIENT đã đặt nhưng máy chủ chưa có chương trình %(tool)s; hãy cài gói %(package)s.")
            % {"tool": seal.tool, "package": "age" if seal.tool == "age" else "gnupg"},
            code="no_program",
        )
    failure = _("Khóa trong SONHA_BACKUP_RECIPIENT không dùng được với %(tool)s") % {"tool": seal.tool}
    run(seal.command, failure=failure)
    return seal


def _seal_of(recipient: str) -> Seal:
    if recipient.startswith(("age1", "ssh-")):
        return Seal("age", ("age", "--encrypt", "--recipient", recipient))
    gpg = (*_GPG, "--trust-model", "always", "--compress-algo", "none", "--encrypt")
    path = Path(recipient)
    if "/" not in recipient or not path.exists():
        return Seal("gpg", (*gpg, "--recipient", recipient))
    try:
        holds = path.read_bytes()
    except OSError as error:
        raise UserError(
            _("Không đọc được tệp khóa %(file)s trong SONHA_BACKUP_RECIPIENT: %(reason)s.")
            % {"file": path, "reason": error.strerror},
            code="key",
        ) from error
    if b"age1" in holds or b"ssh-" in holds:
        return Seal("age", ("age", "--encrypt", "--recipients-file", recipient))
    return Seal("gpg", (*gpg, "--recipient-file", recipient))


@contextmanager
def opened(path: Path, identity: Path | None) -> Iterator[IO[bytes]]:
    """Read the plain bytes of a backup, encrypted or not.

    The error for a wrong key or a damaged file is raised at the end of the block: whatever was read is to be trusted
    only after that. Raises UserError, OSError.
    """
    tool = next((tool for tool, suffix in SUFFIXES.items() if path.name.endswith(suffix)), None)
    if tool is None:
        with path.open("rb") as source:
            yield source
        return
    if shutil.which(tool) is None:
        raise UserError(
            _("Tệp %(file)s được mã hóa bằng %(tool)s, mà máy này chưa có; hãy cài rồi chạy lại.")
            % {"file": path.name, "tool": tool},
            code="no_program",
        )
    with _opening(tool, path, identity) as command:
        failure = _("Không giải mã được %(file)s") % {"file": path.name}
        with (
            tempfile.TemporaryFile() as said,
            subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said) as child,
        ):
            if child.stdout is None:
                raise RuntimeError("no pipe")
            try:
                yield child.stdout
            except UserError as error:
                child.stdout.close()
                if child.wait() > 0:  # the archive ended early because the key or the file is wrong: say that
                    said.seek(0)
                    raise failed(failure, child.returncode, said.read()) from error
                raise
            except BaseException:
                child.kill()
                raise
            child.stdout.read()
            status = child.wait()
            if status != 0:
                said.seek(0)
                raise failed(failure, status, said.read())


@contextmanager
def _opening(tool: str, path: Path, identity: Path | None) -> Iterator[list[str]]:
    """The command that decrypts; a PGP key from a file lives in a ring of its own that vanishes afterwards."""
    if tool == "age":
        if identity is None:
            raise UserError(
                _("Tệp %(file)s được mã hóa bằng age; hãy thêm --identity TỆP-KHÓA-BÍ-MẬT.") % {"file": path.name},
                code="identity",
            )
        yield ["age", "--decrypt", "--identity", str(identity), str(path)]
        return
    if identity is None:
        yield [*_GPG, "--decrypt", str(path)]
        return
    with temporary_ring() as ring:
        failure = _("Không nhận được khóa trong %(file)s") % {"file": identity}
        run([*_GPG, "--homedir", ring, "--import", identity], failure=failure)
        yield [*_GPG, "--homedir", ring, "--decrypt", str(path)]


@contextmanager
def temporary_ring() -> Iterator[str]:
    """A folder for gpg's keys, and for the agent that gpg starts there; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="sonha-gpg-", dir="/tmp") as ring:  # its sockets want it short
        try:
            yield ring
        finally:
            subprocess.run(["gpgconf", "--homedir", ring, "--kill", "gpg-agent"], capture_output=True)
