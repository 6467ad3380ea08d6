"""A small model of ntfy's publish endpoint that objects to what the real one refuses.

    python fake_ntfy.py --ready FILE [--token tk_…]

FILE then holds {"port": …}. POST / publishes JSON, as docs.ntfy.sh/publish says. A wrong token is 401 (40101), none
at all 403 (40301), as the server does it for a protected topic. The test's side, on the same port:
GET /_received gives what was published. GET /_state adds `objections`, `calls` and `presses`.
POST /_press {"id", "action"} does what the phone does when a person touches the action with that label (or index).
POST /_fault {"status": 429|403|401|500|507|"hang"|"drop"|"lose_answer", "times"?} ("lose_answer" takes the message).
POST /_reset forgets everything but the token. Only refusals that no fault ordered are objections.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import secrets
import string
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from serving import cut, until_told_to_end, write_ready

MESSAGE_BYTES, MOST_ACTIONS = 4096, 3
FIELDS = {"topic", "message", "title", "tags", "priority", "actions", "click", "attach", "markdown", "icon", "filename",
          "delay", "email", "call", "cache", "firebase", "sequence_id"}
ACTION_FIELDS = {"view": {"url"}, "http": {"url", "method", "headers", "body"},
                 "broadcast": {"intent", "extras"}, "copy": {"value"}}
ERRORS = {
    40007: (400, "invalid request: priority invalid"), 40009: (400, "invalid request: topic invalid"),
    40014: (400, "invalid request: attachments not allowed"),
    40017: (400, "invalid request: request body must be message JSON"),
    40018: (400, "invalid request: actions invalid"), 40101: (401, "unauthorized"), 40301: (403, "forbidden"),
    40401: (404, "page not found"), 42901: (429, "limit reached: too many requests"),
    50001: (500, "internal server error"), 50701: (507, "cannot publish to UnifiedPush topic without subscriber"),
}
FAULT_CODES = {429: 42901, 403: 40301, 401: 40101, 500: 50001, 507: 50701}


class Refusal(Exception):
    """An error as ntfy words it, with the reason for the test's reader."""

    def __init__(self, code: int, why: str, objects: bool = True) -> None:
        super().__init__(why)
        self.code, self.why, self.objects = code, why, objects

    def response(self) -> web.Response:
        status, error = ERRORS[self.code]
        return web.json_response({"code": self.code, "http": status, "error": error,
                                  "link": "https://ntfy.sh/docs/publish/"}, status=status)


class Publication:
    """Checks one published message. Raises `Refusal`; `oddities` are what ntfy would silently ignore."""

    def __init__(self, raw: bytes) -> None:
        try:
            body = json.loads(raw)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise Refusal(40017, "the body is not a JSON object")
        self.body: dict[str, Any] = body
        self.oddities = [f"ntfy has no field {key}" for key in sorted(set(body) - FIELDS)]
        self._kinds()
        if not re.fullmatch(r"[-_A-Za-z0-9]{1,64}", body.get("topic", "")):
            raise Refusal(40009, f"topic {body.get('topic')!r}")
        if not 0 <= body.get("priority", 3) <= 5:
            raise Refusal(40007, f"priority {body['priority']}")
        if len(body.get("message", "").encode()) > MESSAGE_BYTES:
            raise Refusal(40014, f"a message over {MESSAGE_BYTES} bytes would become an attachment")
        if "priority" in body and body["priority"] == 0:
            self.oddities.append("priority 0 means the default")
        for action in self._actions():
            self._action(action)

    def _kinds(self) -> None:
        kinds: dict[str, type] = {"priority": int, "tags": list, "actions": list, "markdown": bool}
        for key in FIELDS & set(self.body):
            kind, value = kinds.get(key, str), self.body[key]
            if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
                raise Refusal(40017, f"{key} is not of type {kind.__name__}")
        if not all(isinstance(tag, str) for tag in self.body.get("tags", [])):
            raise Refusal(40017, "a tag is not a string")
        if (click := self.body.get("click")) and not urlsplit(click).scheme:
            self.oddities.append(f"click {click!r} is not an absolute URL")

    def _actions(self) -> list[Any]:
        actions = self.body.get("actions", [])
        if len(actions) > MOST_ACTIONS:
            raise Refusal(40018, f"{len(actions)} actions")
        return actions

    def _action(self, action: Any) -> None:
        kind = action.get("action") if isinstance(action, dict) else None
        if kind not in ACTION_FIELDS:
            raise Refusal(40018, f"an action of type {kind!r}")
        if not isinstance(action.get("label"), str) or not action["label"]:
            raise Refusal(40018, "an action without a label")
        if kind in ("view", "http"):
            if urlsplit(str(action.get("url", ""))).scheme not in ("http", "https", "mailto", "geo", "ntfy"):
                raise Refusal(40018, f"the url {action.get('url')!r} of {action['label']}")
        if kind == "http":
            headers = action.get("headers", {})
            if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
                raise Refusal(40017, "headers is not a map of strings")
            if action.get("method", "POST") in ("GET", "HEAD") and action.get("body"):
                raise Refusal(40018, "GET and HEAD take no body")
        known = ACTION_FIELDS[kind] | {"action", "label", "clear", "id"}
        self.oddities += [f"action {kind} has no field {key}" for key in sorted(set(action) - known)]


class Ntfy:
    """The server: what was published, what it objected to, and the faults it was told."""

    def __init__(self, token: str | None) -> None:
        self.token = token
        self.received: list[dict[str, Any]] = []
        self.objections: list[dict[str, Any]] = []
        self.calls: list[dict[str, Any]] = []
        self.presses: list[dict[str, Any]] = []
        self.faults: list[Any] = []

    async def publish(self, request: web.Request) -> web.StreamResponse:
        call: dict[str, Any] = {"at": time.time(), "status": None, "code": None}
        self.calls.append(call)
        fault = self.faults.pop(0) if self.faults else None
        if fault == "hang":
            await asyncio.Event().wait()
        if fault == "drop":
            cut(request.transport)
            return web.Response()
        try:
            if fault in FAULT_CODES:
                raise Refusal(FAULT_CODES[fault], "the test ordered it", objects=False)
            message = self._accepted(request, Publication(await request.read()))
        except Refusal as refusal:
            call |= {"status": ERRORS[refusal.code][0], "code": refusal.code}
            if refusal.objects:
                self._object(refusal.why, refusal.code)
            return refusal.response()
        call |= {"status": 200, "id": message["id"]}
        if fault == "lose_answer":
            cut(request.transport)
        return web.json_response(message)

    def _object(self, why: str, code: int | None = None) -> None:
        self.objections.append({"at": time.time(), "why": why, "code": code})

    def _accepted(self, request: web.Request, publication: Publication) -> dict[str, Any]:
        given = request.headers.get("Authorization")
        if self.token and given is None:
            raise Refusal(40301, "no token")
        if self.token and given != f"Bearer {self.token}":
            raise Refusal(40101, "a wrong token")
        for oddity in publication.oddities:
            self._object(oddity)
        now, letters = int(time.time()), string.ascii_letters + string.digits
        body = publication.body
        message = {"id": "".join(secrets.choice(letters) for _ in range(12)), "time": now, "expires": now + 43_200,
                   "event": "message"} | body | {"message": body.get("message") or "triggered"}
        self.received.append(message)
        return message

    async def elsewhere(self, request: web.Request) -> web.Response:
        self._object(f"{request.method} {request.path} is not publishing as JSON", 40401)
        return Refusal(40401, "").response()

    async def show_received(self, request: web.Request) -> web.Response:
        return web.json_response(self.received)

    async def show_state(self, request: web.Request) -> web.Response:
        return web.json_response({"received": self.received, "objections": self.objections, "calls": self.calls,
                                  "presses": self.presses})

    async def fault(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body["status"] not in [*FAULT_CODES, "hang", "drop", "lose_answer"]:
            return web.json_response({"error": f"no fault {body['status']}"}, status=400)
        self.faults += [body["status"]] * body.get("times", 1)
        return web.json_response({})

    async def reset(self, request: web.Request) -> web.Response:
        for held in (self.received, self.objections, self.calls, self.presses, self.faults):
            held.clear()
        return web.json_response({})

    async def press(self, request: web.Request) -> web.Response:
        """`http` sends the request as written. `view` opens the page, which is a GET. 2xx is success."""
        body = await request.json()
        message = next((each for each in self.received if each["id"] == body["id"]), None)
        actions = message.get("actions", []) if message else []
        pressed = [action for index, action in enumerate(actions) if body["action"] in (index, action["label"])]
        if not pressed or pressed[0]["action"] not in ("http", "view"):
            return web.json_response({"error": "nobody can press that"}, status=409)
        action = pressed[0]
        how = {"method": "GET"} if action["action"] == "view" else {
            "method": action.get("method") or "POST", "data": action.get("body"), "headers": action.get("headers")}
        started = time.monotonic()
        result: dict[str, Any] = {"id": body["id"], "action": action["label"], "status": None, "body": None}
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session:
                async with session.request(url=action["url"], **how) as response:
                    result |= {"status": response.status, "body": await response.text()}
        except (aiohttp.ClientError, asyncio.TimeoutError) as problem:
            result["error"] = type(problem).__name__
        result["success"] = result["status"] is not None and 200 <= result["status"] < 300
        result["cleared"] = result["success"] and bool(action.get("clear"))
        result["answered_in_ms"] = round((time.monotonic() - started) * 1000)
        self.presses.append(result)
        return web.json_response(result)


async def serve(port: int, ready: Path, token: str | None) -> None:
    """Serves until SIGTERM or SIGINT."""
    ntfy, app = Ntfy(token), web.Application()
    app.add_routes([web.post("/", ntfy.publish), web.put("/", ntfy.publish), web.get("/_received", ntfy.show_received),
                    web.get("/_state", ntfy.show_state), web.post("/_press", ntfy.press),
                    web.post("/_fault", ntfy.fault), web.post("/_reset", ntfy.reset),
                    web.route("*", "/{topic}", ntfy.elsewhere)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    write_ready(ready, {"port": runner.addresses[0][1]})
    await until_told_to_end()
    await runner.cleanup()


def main() -> None:
    """Reads the command line and serves."""
    parser = argparse.ArgumentParser(description="A small model of ntfy for tests.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ready", type=Path, required=True)
    parser.add_argument("--token")
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.port, arguments.ready, arguments.token))


if __name__ == "__main__":
    main()
