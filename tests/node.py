"""Run the phone's pure modules as the phone does, in a JavaScript engine."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def node() -> str:
    """The engine: the machine's own, or the one that `script/setup` installed."""
    found = shutil.which("node", path=f"{ROOT / 'var/tools/bin'}") or shutil.which("node")
    assert found is not None, "no node: run script/setup"
    return found


def answer(module: str, expression: str, given: Any) -> Any:
    """Evaluate an expression over `given` and the names that a module of static/js exports."""
    address = (ROOT / "static/js" / module).as_uri()
    program = f"""
        import * as module from {json.dumps(address)};
        let text = "";
        for await (const part of process.stdin) text += part;
        const given = JSON.parse(text);
        process.stdout.write(JSON.stringify({expression}));
    """
    done = subprocess.run(
        [node(), "--no-warnings", "--input-type=module", "-e", program],
        input=json.dumps(given), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
