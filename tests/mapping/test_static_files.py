"""Hashed names of modules: each pass over them carries a change one import further."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from mapping.static_files import ModuleManifestStorage

ROOT = Path(__file__).parents[2] / "static/js"
IMPORT = re.compile(r'(?:from|import)\s*\(?\s*"(\.[^"]+)"')


@functools.cache
def depth(module: Path) -> int:
    """How many modules the longest chain of imports from a module has, itself counted; a ring has no end."""
    named = (module.parent / name for name in IMPORT.findall(module.read_text(encoding="utf-8")))
    return 1 + max((depth(one.resolve()) for one in named if one.exists()), default=0)


def test_the_longest_chain_of_imports_is_hashed_to_its_end() -> None:
    longest = max(depth(module.resolve()) for module in ROOT.rglob("*.js"))
    assert 5 < longest < ModuleManifestStorage.max_post_process_passes
