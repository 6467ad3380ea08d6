"""Whether the fake Slack can be reached: away, slow, losing answers, resetting connections."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from aiohttp import web

from serving import cut
from slack_workspace import Impossible


class Weather:
    """Whether Slack can be reached, and how badly it behaves."""

    def __init__(self) -> None:
        self.runner: web.AppRunner
        self.site: web.TCPSite | None = None
        self.port = 0
        self.mode = ""
        self.here = asyncio.Event()
        self.here.set()
        self.slow_ms = 0
        self.lose_answers = 0
        self.tricks: deque[str] = deque()

    async def listen(self, runner: web.AppRunner, port: int) -> None:
        self.runner = runner
        self.site = web.TCPSite(runner, "127.0.0.1", port, reuse_address=True)
        await self.site.start()
        self.port = runner.addresses[0][1]

    async def go_away(self, mode: str) -> None:
        if mode not in ("refuse", "hang", "503"):
            raise Impossible("mode is refuse, hang or 503")
        await self.come_back()
        self.mode = mode
        self.here.clear()
        if mode == "refuse" and self.site:
            await self.site.stop()
            self.site = None
        if mode != "hang":
            self.reset_connections()

    async def come_back(self) -> None:
        if self.mode == "refuse":
            await self.listen(self.runner, self.port)
        self.mode = ""
        self.here.set()

    def reset_connections(self) -> None:
        for handler in list(self.runner.server.connections if self.runner.server else []):
            cut(handler.transport)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if self.mode == "503":
            return web.Response(status=503, text="upstream connect error")
        if self.mode == "hang":
            await self.here.wait()
            cut(request.transport)
            return web.Response()
        if self.slow_ms and request.path.startswith("/api/"):
            await asyncio.sleep(self.slow_ms / 1000)
        return await handler(request)
