"""Starting the fakes as processes of their own and talking to them, for the self-checks in this folder."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


class Child:
    """A fake in a process of its own. `facts` is what it wrote into its ready file."""

    def __init__(self, script: str, *arguments: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        ready = Path(self._folder.name) / "ready"
        command = [sys.executable, str(HERE / script), "--ready", str(ready), *arguments]
        self._process = subprocess.Popen(command)
        until = time.monotonic() + 30
        while not ready.exists():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{script} did not get ready")
            time.sleep(0.01)  # Waits for a process to start, which nothing announces.
        self.facts: dict[str, Any] = json.loads(ready.read_text())

    def end(self) -> int:
        """Sends SIGTERM and returns the exit status."""
        self._process.terminate()
        try:
            return self._process.wait(10)
        finally:
            self._process.kill()
            self._folder.cleanup()


def ask(url: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
    """POSTs JSON, or GETs without a body. The status and the decoded answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"} | (headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            status, text = response.status, response.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            status, text = refusal.code, refusal.read().decode()
    try:
        return status, json.loads(text)
    except ValueError:
        return status, text
