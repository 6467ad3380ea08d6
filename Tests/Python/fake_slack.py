"""A small model of Slack that objects to illegal calls.

    python fake_slack.py --port 0 --ready FILE [--config JSON-OR-FILE]

FILE then holds {"port": …, "control_port": …}. `port` is Slack (Web API, response_url, Socket Mode), `control_port`
is the test's side of it (`/_control/…`, see `Control`), which keeps answering while Slack is away.
What real Slack would refuse is refused with Slack's own error and written down as an objection. Not objections: the
first 429 of a row, and `users_not_found` to an e-mail address, since nobody could have known. An objection that a fault
provoked (revoked, archived, kicked) says so in `provoked`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from pathlib import Path
from typing import Any

from aiohttp import web

from serving import cut, until_told_to_end, write_ready
from slack_delivery import Delivery
from slack_socket_mode import Chores, SocketMode
from slack_weather import Weather
from slack_web_api import WebAPI
from slack_workspace import DEFAULTS, Channel, Impossible, Workspace


class Control:
    """The test's side: `/_control/<verb>`, JSON in and out, answered when it has happened.

    POST say {user, channel, text, thread_ts?}, command {user, channel, command, text},
    press {user, channel, ts, action_id, block_id?, value?}: {status, answered_in_ms, body, timed_out, …}.
    `user` and `channel` are ids or names; `channel` may be `dm`. 409 when nobody could do that in Slack.
    POST fault {fault, …} (see `_fault`), configure {…} (merged into the config), verify_url, settle {seconds},
    reset_calls. GET state.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self.config, self.workspace = config, Workspace(config)
        self.weather, self.chores = Weather(), Chores()
        self.api = WebAPI(self.workspace, self.weather)
        self.sockets = SocketMode(self.workspace, self.weather, self.chores)
        self.delivery = Delivery(self.workspace, self.weather, self.sockets, self.chores, self.api)
        self.api.open_socket = self.sockets.ticket
        self.api.tell = lambda channel, message, kind="": self.chores.start(self.delivery.said(channel, message, kind))

    async def handle(self, request: web.Request) -> web.Response:
        verb = request.match_info["verb"]
        verbs = {"say": self._say, "command": self._command, "press": self._press, "fault": self._fault,
                 "configure": self._configure, "verify_url": self._verify_url, "settle": self._settle,
                 "reset_calls": self._reset_calls}
        try:
            if verb == "state":
                return web.json_response(self._state())
            if verb not in verbs or request.method != "POST":
                return web.json_response({"error": f"no POST {verb}"}, status=404)
            if verb in ("say", "command", "press", "verify_url") and not self.weather.here.is_set():
                raise Impossible("Slack is away, so people cannot use it")
            return web.json_response(await verbs[verb](await request.json() if request.can_read_body else {}))
        except (Impossible, KeyError, ValueError, TypeError) as problem:
            return web.json_response({"error": f"{type(problem).__name__}: {problem}"}, status=409)

    def _who_where(self, body: dict) -> tuple[dict, Channel]:
        person = self.workspace.person(body["user"])
        channel = self.workspace.place(body["channel"], person)
        if person.get("deleted"):
            raise Impossible(f"{person['name']} is deactivated")
        if person["id"] not in channel.members:
            raise Impossible(f"{person['name']} is not in {channel.name}")
        return person, channel

    async def _say(self, body: dict) -> dict:
        person, channel = self._who_where(body)
        if channel.archived:
            raise Impossible(f"{channel.name} is archived")
        thread = body.get("thread_ts")
        if thread and not channel.message(thread):
            raise Impossible(f"no message {thread} in {channel.name}")
        message = self.workspace.post(channel, person["id"], body["text"], thread_ts=thread)
        answers = await self.delivery.said(channel, message)
        first = answers[0] if answers else {"status": None, "answered_in_ms": 0, "body": None, "timed_out": False}
        return first | {"ts": message.ts, "delivered": bool(answers), "others": answers[1:]}

    async def _command(self, body: dict) -> dict:
        person, channel = self._who_where(body)
        return await self.delivery.command(person, channel, body["command"], body.get("text", ""))

    async def _press(self, body: dict) -> dict:
        person, channel = self._who_where(body)
        return await self.delivery.press(person, channel, body["ts"], body["action_id"], body.get("block_id"),
                                         body.get("value"))

    async def _verify_url(self, body: dict) -> dict:
        return await self.delivery.verify_url()

    async def _settle(self, body: dict) -> dict:
        return {"settled": await self.chores.settle(body.get("seconds", 10))}

    async def _configure(self, body: dict) -> dict:
        merge(self.config, body)
        return {}

    async def _reset_calls(self, body: dict) -> dict:
        self.api.calls.clear()
        return {}

    async def _fault(self, body: dict) -> dict:
        """One fault: revoke_token, restore_token, archive|unarchive|kick|invite {channel}, delete {channel, ts},
        rate_limit {method, seconds}, go_away {mode, seconds?}, come_back, slow {ms}, lose_answer {n}, drop_socket,
        disconnect {reason, seconds?}, duplicate|forged|stale {n?} (for the next deliveries), replay."""
        workspace, weather, fault = self.workspace, self.weather, body["fault"]
        if fault in ("archive", "unarchive", "kick", "invite", "delete"):
            self._change(fault, workspace.place(body["channel"], {}), body.get("ts"))
        elif fault == "revoke_token":
            self.api.revoked.add(body.get("token", self.config["bot_token"]))
        elif fault == "restore_token":
            self.api.revoked.clear()
        elif fault == "rate_limit":
            self.api.limits.ordered[body["method"]] = time.monotonic() + body["seconds"]
        elif fault == "go_away":
            await weather.go_away(body.get("mode", "refuse"))
            if "seconds" in body:
                self.chores.start(self._return(body["seconds"]))
        elif fault == "come_back":
            await weather.come_back()
        elif fault == "slow":
            weather.slow_ms = body["ms"]
        elif fault == "lose_answer":
            weather.lose_answers = body.get("n", 1)
        elif fault == "drop_socket":
            for connection in list(self.sockets.sockets):
                cut(connection.transport)
        elif fault == "disconnect":
            reason = body.get("reason", "refresh_requested")
            await self.sockets.disconnect(reason, body.get("seconds", 10 if reason == "warning" else 0))
        elif fault in ("duplicate", "forged", "stale"):
            if fault != "duplicate" and self.config["delivery"] == "socket":
                raise Impossible("Socket Mode is not signed")
            weather.tricks.extend([fault] * body.get("n", 1))
        elif fault == "replay":
            return await self.delivery.replay()
        else:
            raise Impossible(f"no fault is called {fault}")
        return {}

    def _change(self, fault: str, channel: Channel, ts: str | None) -> None:
        if fault in ("archive", "unarchive"):
            channel.archived = channel.archived_by_fault = fault == "archive"
        elif fault == "kick":
            channel.kicked = True
            channel.members.discard(self.workspace.bot_user)
        elif fault == "invite":
            channel.kicked = False
            channel.members.add(self.workspace.bot_user)
        else:
            channel.messages = [message for message in channel.messages if message.ts != ts]

    async def _return(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.weather.come_back()

    def _state(self) -> dict[str, Any]:
        workspace = self.workspace
        keys = ("ts", "thread_ts", "user", "text", "blocks", "metadata", "edited", "edits")
        channels = {
            channel.name: {"id": channel.id, "archived": channel.archived, "members": sorted(channel.members),
                           "messages": [{key: getattr(message, key) for key in keys} for message in channel.messages]}
            for channel in workspace.channels.values()}
        return {"channels": channels, "ephemerals": workspace.ephemerals, "objections": workspace.objections,
                "calls": self.api.calls, "sockets": len(self.sockets.sockets), "views": workspace.views,
                "response_posts": self.delivery.response_posts, "deliveries": self.delivery.deliveries,
                "away": self.weather.mode}


def merge(into: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Lays `change` over `into`, dictionary by dictionary."""
    for key, value in change.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value
    return into


async def serve(port: int, ready: Path, config: dict[str, Any]) -> None:
    """Serves until SIGTERM or SIGINT."""
    control = Control(config)
    slack = web.Application(middlewares=[control.weather.middleware], client_max_size=2**20)
    slack.router.add_route("*", "/api/{method}", control.api.handle)
    slack.router.add_get("/link/", control.sockets.connect)
    for kind in ("commands", "actions"):
        slack.router.add_post(f"/{kind}/{{team}}/{{number}}/{{secret}}", control.delivery.respond)
    runner = web.AppRunner(slack, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await control.weather.listen(runner, port)
    tests = web.Application(client_max_size=2**24)
    tests.router.add_route("*", "/_control/{verb}", control.handle)
    tests_runner = web.AppRunner(tests, access_log=None, shutdown_timeout=0.2)
    await tests_runner.setup()
    await web.TCPSite(tests_runner, "127.0.0.1", 0).start()
    write_ready(ready, {"port": control.weather.port, "control_port": tests_runner.addresses[0][1]})
    await until_told_to_end()
    control.chores.cancel()
    control.weather.reset_connections()
    await runner.cleanup()
    await tests_runner.cleanup()


def main() -> None:
    """Reads the command line and serves."""
    parser = argparse.ArgumentParser(description="A small model of Slack for tests.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ready", type=Path, required=True)
    parser.add_argument("--config", default="{}", help="JSON, or a file that holds it")
    arguments = parser.parse_args()
    given = arguments.config
    given = given if given.lstrip().startswith("{") else Path(given).read_text()
    config = merge(json.loads(json.dumps(DEFAULTS)), json.loads(given))
    asyncio.run(serve(arguments.port, arguments.ready, config))


if __name__ == "__main__":
    main()
