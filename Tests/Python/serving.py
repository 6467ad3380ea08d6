"""What every fake does as a process: it says when it is ready, and ends when told."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import struct
from pathlib import Path
from typing import Any


def write_ready(path: Path, facts: dict[str, Any]) -> None:
    """Writes the ready file in one step, so that nobody reads half of it."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(facts))
    partial.rename(path)


async def until_told_to_end() -> None:
    """Returns at SIGTERM or SIGINT."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()


def cut(transport: asyncio.BaseTransport | None) -> None:
    """Ends a connection with a reset, as a crashed peer would."""
    if transport is not None:
        raw = transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()  # type: ignore[attr-defined]
