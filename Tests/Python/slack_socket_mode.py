"""Socket Mode: tickets that open one connection, envelopes that are due one acknowledgement, pings, goodbyes."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Coroutine

from aiohttp import WSMsgType, web

from serving import cut
from slack_weather import Weather
from slack_workspace import Impossible, Workspace


class Unacknowledged(Exception):
    """The app's answer did not come: `reason` as Slack's retry headers word it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Chores:
    """Background work that a test can wait for (`/settle`)."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task] = set()

    def start(self, work: Coroutine) -> None:
        task = asyncio.create_task(self._run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @staticmethod
    async def _run(work: Coroutine) -> None:
        try:
            await work
        except Impossible:  # No URL for it is configured: the app did not subscribe.
            pass

    async def settle(self, seconds: float) -> bool:
        """Whether everything ended in time."""
        deadline = time.monotonic() + seconds
        while self._tasks and time.monotonic() < deadline:
            await asyncio.wait(set(self._tasks), timeout=deadline - time.monotonic())
        return not self._tasks

    def cancel(self) -> None:
        for task in self._tasks:
            task.cancel()


@dataclass
class Socket:
    """One Socket Mode connection."""

    number: int
    ws: web.WebSocketResponse
    transport: asyncio.BaseTransport | None
    leaving: bool = False
    pinged: bool = False


@dataclass
class Envelope:
    """One delivery and the acknowledgements it is due: one for each time it was sent."""

    socket: Socket
    takes_payload: bool
    sent: int
    acks: int = 0
    answers: asyncio.Queue = field(default_factory=asyncio.Queue)


class SocketMode:
    """Tickets, connections and envelopes."""

    def __init__(self, workspace: Workspace, weather: Weather, chores: Chores) -> None:
        self.workspace, self.weather, self.chores = workspace, weather, chores
        self.tickets: dict[str, bool] = {}
        self.sockets: list[Socket] = []
        self.envelopes: dict[str, Envelope] = {}
        self._count = 0

    def ticket(self) -> str:
        """A URL that can be connected to once."""
        ticket = uuid.uuid4().hex
        self.tickets[ticket] = False
        return f"ws://127.0.0.1:{self.weather.port}/link/?ticket={ticket}&app_id={self.workspace.bot['app_id']}"

    async def connect(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if self.tickets.get(ticket, True):
            self.workspace.object("socket", "a ticket used twice" if ticket in self.tickets else "an unknown ticket")
            return web.Response(status=409, text="invalid ticket")
        self.tickets[ticket] = True
        ws = web.WebSocketResponse(autoping=False, timeout=0.5)
        await ws.prepare(request)
        self._count += 1
        connection = Socket(self._count, ws, request.transport)
        if len(self.sockets) >= self.workspace.config["most_sockets"]:
            self.workspace.object("socket", f"more than {len(self.sockets)} connections")
            await ws.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await ws.close()
            return ws
        self.sockets.append(connection)
        pinging = asyncio.create_task(self._ping(connection))
        try:
            await ws.send_json({
                "type": "hello", "num_connections": len(self.sockets),
                "debug_info": {"host": "applink-fake", "build_number": 1, "approximate_connection_time": 18060},
                "connection_info": {"app_id": self.workspace.bot["app_id"]}})
            await self._read(connection)
        except ConnectionError:
            pass
        finally:
            pinging.cancel()
            self.sockets.remove(connection)
            for envelope in self.envelopes.values():
                if envelope.socket is connection:
                    envelope.answers.put_nowait(Unacknowledged("connection_failed"))
        return ws

    async def _read(self, connection: Socket) -> None:
        async for frame in connection.ws:
            if self.weather.mode == "hang":
                continue
            if frame.type is WSMsgType.PING:
                await connection.ws.pong(frame.data)
            elif frame.type is WSMsgType.PONG:
                connection.pinged = False
            elif frame.type is WSMsgType.TEXT:
                self._acknowledged(connection, frame.data)
            else:
                self.workspace.object("socket", "a binary frame")

    async def _ping(self, connection: Socket) -> None:
        while True:
            await asyncio.sleep(self.workspace.config["ping_seconds"])
            if self.weather.mode == "hang":
                continue
            if connection.pinged:
                self.workspace.object("socket", f"no pong within {self.workspace.config['ping_seconds']} s")
                cut(connection.transport)
                return
            connection.pinged = True
            await connection.ws.ping(b"Ping from applink-fake")

    def _acknowledged(self, connection: Socket, text: str) -> None:
        try:
            frame = json.loads(text)
            envelope = self.envelopes.get(frame["envelope_id"])
        except (ValueError, TypeError, KeyError):
            self.workspace.object("socket", f"a frame that acknowledges nothing: {text[:80]}")
            return
        if not envelope:
            self.workspace.object("socket", f"unknown envelope_id {frame['envelope_id']}")
        elif envelope.socket is not connection:
            self.workspace.object("socket", "acknowledged on another connection")
        elif envelope.acks >= envelope.sent:
            self.workspace.object("socket", f"envelope {frame['envelope_id']} acknowledged twice")
        else:
            envelope.acks += 1
            payload = frame.get("payload")
            if payload is not None and (not envelope.takes_payload or not isinstance(payload, dict)):
                self.workspace.object("socket", "a payload where none is accepted")
            envelope.answers.put_nowait(payload)

    async def deliver(self, kind: str, payload: dict, takes_payload: bool, retry: tuple[int, str],
                      times: int) -> list[Any]:
        """Sends one envelope `times` times down one connection. The payloads of its acknowledgements."""
        ready = [connection for connection in self.sockets if not connection.leaving] or self.sockets
        if not ready:
            raise Unacknowledged("connection_failed")
        self._count += 1
        connection, name = ready[self._count % len(ready)], str(uuid.uuid4())
        envelope = self.envelopes[name] = Envelope(connection, takes_payload, times)
        frame = {"envelope_id": name, "type": kind, "payload": payload, "accepts_response_payload": takes_payload}
        if kind == "events_api":
            frame |= {"retry_attempt": retry[0], "retry_reason": retry[1]}
        deadline = time.monotonic() + self.workspace.config["answer_seconds"]
        answers: list[Any] = []
        try:
            for _ in range(times):
                await connection.ws.send_json(frame)
            while len(answers) < times:
                answer = await asyncio.wait_for(envelope.answers.get(), deadline - time.monotonic())
                if isinstance(answer, Unacknowledged):
                    raise answer
                answers.append(answer)
        except ConnectionError:
            raise Unacknowledged("connection_failed") from None
        except asyncio.TimeoutError:
            seconds = self.workspace.config["answer_seconds"]
            self.workspace.object("socket", f"{kind} not acknowledged within {seconds} s")
            raise Unacknowledged("timeout") from None
        return answers

    async def disconnect(self, reason: str, seconds: float) -> None:
        """Announces the end of every open connection, and ends it after `seconds`."""
        for connection in [each for each in self.sockets if not each.leaving]:
            connection.leaving = True
            await connection.ws.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink"}})
            self.chores.start(self._close(connection, seconds))

    async def _close(self, connection: Socket, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await connection.ws.close()
