"""How Slack brings to an app what people do: signed requests or envelopes, retries, response URLs."""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from block_kit import blocks_problems, interactive_elements
from slack_socket_mode import Chores, SocketMode, Unacknowledged
from slack_weather import Weather
from slack_web_api import WebAPI
from slack_workspace import Channel, Impossible, Message, Workspace


@dataclass
class ResponseURL:
    """Where the app may answer later: five times, for half an hour."""

    person: dict
    channel: Channel
    message: Message | dict | None
    until: float
    uses: int = 0


class Delivery:
    """Brings what people do to the app the way Slack does, and measures and reads its answer."""

    def __init__(self, workspace: Workspace, weather: Weather, sockets: SocketMode, chores: Chores,
                 api: WebAPI) -> None:
        self.workspace, self.weather, self.sockets, self.chores, self.api = workspace, weather, sockets, chores, api
        self.deliveries: list[dict] = []
        self.response_urls: dict[str, ResponseURL] = {}
        self.response_posts: list[dict] = []
        self.last: tuple[str, str, dict[str, str], bytes] | None = None
        self._events = 0

    async def command(self, person: dict, channel: Channel, command: str, text: str) -> dict[str, Any]:
        """A slash command, and what the person saw of its answer."""
        if self.workspace.config["escape_mentions"]:
            text = self._escaped(text)
        named = {"D": "directmessage"}.get(channel.id[0], "privategroup" if channel.private else channel.name)
        fields = {"token": "deprecated", "team_id": self.workspace.team["id"],
                  "team_domain": self.workspace.team["domain"], "channel_id": channel.id, "channel_name": named,
                  "user_id": person["id"], "user_name": person["name"], "command": command, "text": text,
                  "api_app_id": self.workspace.bot["app_id"], "is_enterprise_install": "false",
                  "response_url": self._response_url("commands", person, channel, None),
                  "trigger_id": self._trigger(person)}
        answers = await self._send("commands", fields)
        for answer in answers:
            self._show(answer, person, channel)
        return answers[0] | {"others": answers[1:]}

    async def press(self, person: dict, channel: Channel, ts: str, action_id: str, block_id: str | None,
                    value: str | None) -> dict[str, Any]:
        """A button (or a choice in a menu, by its value) that really is on the message."""
        message: Any = channel.message(ts) or next((seen for seen in self.workspace.ephemerals if seen["ts"] == ts
                                                    and seen["user"] == person["id"]), None)
        if not message:
            raise Impossible(f"{person['name']} sees no message {ts} in {channel.name}")
        hidden = isinstance(message, dict)
        blocks = message["blocks"] if hidden else message.blocks
        for block, element in interactive_elements(blocks):
            if element.get("action_id") == action_id and block_id in (None, block.get("block_id")):
                break
        else:
            raise Impossible(f"message {ts} has no {action_id}")
        action = {"type": element["type"], "action_id": action_id, "block_id": block.get("block_id"),
                  "action_ts": self.workspace.next_ts()}
        if element["type"] == "button":
            action |= {key: element[key] for key in ("text", "value", "style") if key in element}
        else:
            action["selected_option"] = next((option for option in element.get("options", [])
                                              if option["value"] == value), None)
            if not action["selected_option"]:
                raise Impossible(f"{action_id} offers no {value}")
        container = {"type": "message", "message_ts": ts, "channel_id": channel.id, "is_ephemeral": hidden}
        if not hidden and message.thread_ts:
            container["thread_ts"] = message.thread_ts
        payload = {
            "type": "block_actions",
            "user": {"id": person["id"], "username": person["name"], "name": person["name"],
                     "team_id": person.get("team_id", self.workspace.team["id"])},
            "api_app_id": self.workspace.bot["app_id"], "token": "deprecated", "container": container,
            "trigger_id": self._trigger(person), "team": self.workspace.team, "enterprise": None,
            "is_enterprise_install": False, "channel": {"id": channel.id, "name": channel.name},
            "message": message | {"type": "ephemeral"} if hidden else message.shown(), "state": {"values": {}},
            "response_url": self._response_url("actions", person, channel, message), "actions": [action]}
        answers = await self._send("interactivity", payload)
        for answer in answers:
            if (answer["body"] or "").strip():
                self.workspace.object("interactivity", "block_actions is answered with an empty body. Nobody sees it")
        return answers[0] | {"others": answers[1:]}

    async def said(self, channel: Channel, message: Message, kind: str = "") -> list[dict[str, Any]]:
        """The events that a new message makes, each tried once here and again in the background."""
        place = {"D": "im", "G": "mpim"}.get(channel.id[0], "group" if channel.private else "channel")
        wanted = self.workspace.config["events"]
        kinds = []
        if self.workspace.bot_user in channel.members:
            if f"<@{self.workspace.bot_user}>" in message.text and place != "im" and not message.bot:
                kinds += ["app_mention"] if "app_mention" in wanted else []
            kinds += ["message"] if f"message.{place}{'' if place.endswith('im') else 's'}" in wanted else []
        results = []
        for event_type in kinds:
            event = message.shown() | {"type": event_type, "team": self.workspace.team["id"], "channel": channel.id,
                                       "event_ts": message.ts}
            if event_type == "message":
                event["channel_type"] = place
            if not message.bot:
                event["client_msg_id"] = str(uuid.uuid4())
            if kind:
                event = {"type": "message", "subtype": kind, "hidden": True, "channel": channel.id,
                         "channel_type": place, "ts": self.workspace.next_ts(), "message": message.shown()}
                event["event_ts"] = event["ts"]
            results += await self.event(event)
        return results

    async def event(self, event: dict) -> list[dict[str, Any]]:
        """One event_callback. A failed first try is repeated after `retry_delays`, as Slack does."""
        self._events += 1
        bot, team = self.workspace.bot, self.workspace.team
        payload = {"token": "deprecated", "team_id": team["id"], "context_team_id": team["id"],
                   "api_app_id": bot["app_id"], "event": event, "type": "event_callback",
                   "event_id": f"Ev{self._events:08d}", "event_time": int(time.time()),
                   "authorizations": [{"enterprise_id": None, "team_id": team["id"], "user_id": bot["user_id"],
                                       "is_bot": True, "is_enterprise_install": False}],
                   "is_ext_shared_channel": False, "event_context": f"4-{self._events}"}
        answers = await self._send("events", payload)
        if answers[0]["retry"]:
            self.chores.start(self._retry(payload, answers[0]["retry"]))
        return answers

    async def _retry(self, payload: dict, reason: str) -> None:
        for attempt, delay in enumerate(self.workspace.config["retry_delays"], start=1):
            await asyncio.sleep(delay)
            await self.weather.here.wait()
            answers = await self._send("events", payload, (attempt, reason))
            reason = answers[0]["retry"]
            if not reason:
                return

    async def _send(self, what: str, payload: dict, retry: tuple[int, str] = (0, "")) -> list[dict[str, Any]]:
        trick = self.weather.tricks.popleft() if self.weather.tricks and not retry[0] else ""
        if self.workspace.config["delivery"] == "socket":
            answers = [await self._by_socket(what, payload, retry, 2 if trick == "duplicate" else 1)]
        else:
            url = self.workspace.config["urls"][what]
            if not url:
                raise Impossible(f"no URL is configured for {what}")
            kind, body = self._encoded(what, payload)
            headers = self._headers(kind, body, trick, retry)
            self.last = (what, url, headers, body)
            times = 2 if trick == "duplicate" else 1
            answers = list(await asyncio.gather(*(self._by_http(what, url, headers, body) for _ in range(times))))
            if trick in ("forged", "stale") and answers[0]["status"] and answers[0]["status"] < 300:
                self.workspace.object(what, f"a {trick} request was accepted")
        for answer in answers:
            answer |= {"what": what, "attempt": retry[0], "trick": trick}
            self.deliveries.append({"at": time.time()} | answer)
        return answers

    async def replay(self) -> dict[str, Any]:
        """The last request again, byte for byte."""
        if not self.last or self.workspace.config["delivery"] == "socket":
            raise Impossible("no signed request was sent yet")
        answer = await self._by_http(*self.last)
        self.deliveries.append({"at": time.time(), "what": self.last[0], "trick": "replay"} | answer)
        return answer

    @staticmethod
    def _encoded(what: str, payload: dict) -> tuple[str, bytes]:
        if what == "events":
            return "application/json", json.dumps(payload).encode()
        fields = payload if what == "commands" else {"payload": json.dumps(payload)}
        return "application/x-www-form-urlencoded", urlencode(fields).encode()

    def _headers(self, kind: str, body: bytes, trick: str, retry: tuple[int, str]) -> dict[str, str]:
        stamp = str(int(time.time()) - (600 if trick == "stale" else 0))
        secret = "not-" * (trick == "forged") + self.workspace.config["signing_secret"]
        signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
        headers = {"Content-Type": kind, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
                   "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature or ""}
        if retry[0]:
            headers |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
        return headers

    async def _by_http(self, what: str, url: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        started = time.monotonic()
        answer: dict[str, Any] = {"status": None, "body": None, "timed_out": False, "type": "", "retry": ""}
        limit = aiohttp.ClientTimeout(total=self.workspace.config["answer_seconds"])
        try:
            async with aiohttp.ClientSession(timeout=limit) as session:
                async with session.post(url, data=body, headers=headers, max_redirects=3) as response:
                    answer |= {"status": response.status, "body": await response.text(), "type": response.content_type}
                    unwanted = response.headers.get("X-Slack-No-Retry") == "1"
                    if not 200 <= response.status < 300 and not unwanted:
                        answer["retry"] = "http_error"
        except asyncio.TimeoutError:
            answer |= {"timed_out": True, "retry": "http_timeout"}
        except aiohttp.TooManyRedirects:
            answer["retry"] = "too_many_redirects"
        except aiohttp.ClientSSLError:
            answer["retry"] = "ssl_error"
        except aiohttp.ClientConnectionError:
            answer["retry"] = "connection_failed"
        except (aiohttp.ClientError, UnicodeDecodeError):
            answer["retry"] = "unknown_error"
        return answer | {"answered_in_ms": round((time.monotonic() - started) * 1000)}

    async def _by_socket(self, what: str, payload: dict, retry: tuple[int, str], times: int) -> dict[str, Any]:
        kind = {"events": "events_api", "commands": "slash_commands", "interactivity": "interactive"}[what]
        started = time.monotonic()
        answer: dict[str, Any] = {"status": None, "body": None, "timed_out": False, "type": "", "retry": ""}
        try:
            payloads = await self.sockets.deliver(kind, payload, kind != "events_api", retry, times)
            bodies = [json.dumps(each) for each in payloads if each is not None]
            answer |= {"status": 200, "body": bodies[0] if bodies else "", "type": "application/json"}
        except Unacknowledged as missing:
            answer |= {"timed_out": missing.reason == "timeout", "retry": missing.reason}
        return answer | {"answered_in_ms": round((time.monotonic() - started) * 1000)}

    def _show(self, answer: dict, person: dict, channel: Channel) -> None:
        """What the person sees of a slash command's answer. `seen` is Slack's own complaint, if any."""
        if answer["timed_out"]:
            answer["seen"] = "operation_timeout"
        elif answer["status"] != 200:
            answer["seen"] = "dispatch_failed" if answer["status"] is None else "http_service_error"
        elif answer["body"].strip() and answer["type"] == "application/json":
            try:
                self._say(json.loads(answer["body"]), person, channel, "command")
            except ValueError as refusal:
                self.workspace.object("commands", str(refusal), "http_service_error")
                answer["seen"] = "http_service_error"
        elif answer["body"].strip():
            self._say({"text": answer["body"]}, person, channel, "command")

    def _say(self, body: Any, person: dict, channel: Channel, via: str) -> None:
        """Shows an answer to one person or to the channel. Raises ValueError with Slack's reason."""
        if not isinstance(body, dict):
            raise ValueError("the answer is not an object")
        text, blocks = body.get("text") or "", body.get("blocks") or []
        if problems := blocks_problems(blocks):
            raise ValueError(f"invalid_blocks: {problems[0]}")
        if not isinstance(text, str) or not (text or blocks or body.get("attachments")):
            raise ValueError("no_text")
        kind = body.get("response_type", "ephemeral")
        if kind not in ("ephemeral", "in_channel"):
            raise ValueError(f"response_type is {kind!r}")
        if kind == "in_channel":
            message = self.workspace.post(channel, self.workspace.bot_user, text, blocks=blocks,
                                          thread_ts=body.get("thread_ts"))
            self.chores.start(self.said(channel, message))
        else:
            self.workspace.ephemerals.append({"ts": self.workspace.next_ts(), "user": person["id"], "text": text,
                                              "channel": channel.id, "blocks": blocks, "via": via})

    async def respond(self, request: web.Request) -> web.Response:
        """A post to a response_url."""
        known = self.response_urls.get(request.path)
        config, problem = self.workspace.config, ""
        if not known:
            problem = "an unknown response_url"
        elif time.monotonic() > known.until:
            problem = "expired_url"
        elif known.uses >= config["response_url_uses"]:
            problem = "used_url"
        if not known or problem:
            self.workspace.object("response_url", problem, problem)
            return web.Response(status=404, text=problem)
        known.uses += 1
        try:
            body = await request.json() if request.content_type == "application/json" else None
            self._respond(known, body)
        except ValueError as refusal:
            self.workspace.object("response_url", str(refusal), "invalid_payload")
            return web.Response(status=400, text="invalid_payload")
        self.response_posts.append({"at": time.time(), "user": known.person["id"], "channel": known.channel.id,
                                    "use": known.uses, "url": request.path, "body": body})
        return web.Response(text="ok")

    def _respond(self, known: ResponseURL, body: Any) -> None:
        replaces = isinstance(body, dict) and known.message is not None
        if replaces and body.get("delete_original"):
            held: Any = known.channel.messages if isinstance(known.message, Message) else self.workspace.ephemerals
            if known.message in held:
                held.remove(known.message)
        elif replaces and body.get("replace_original"):
            if problems := blocks_problems(body.get("blocks") or []):
                raise ValueError(problems[0])
            if isinstance(known.message, Message):
                self.api.change(known.message, body.get("text"), body.get("blocks"))
            elif known.message is not None:
                known.message |= {"text": body.get("text", ""), "blocks": body.get("blocks") or []}
        else:
            self._say(body, known.person, known.channel, "response_url")

    async def verify_url(self) -> dict[str, Any]:
        """The url_verification challenge. `verified` says whether it came back."""
        challenge = uuid.uuid4().hex
        (answer,) = await self._send("events", {"token": "deprecated", "challenge": challenge,
                                                "type": "url_verification"})
        given = answer["body"] or ""
        try:
            given = json.loads(given)["challenge"] if answer["type"] == "application/json" else given
        except (ValueError, KeyError, TypeError):
            pass
        return answer | {"verified": answer["status"] == 200 and given == challenge}

    def _response_url(self, kind: str, person: dict, channel: Channel, message: Any) -> str:
        path = f"/{kind}/{self.workspace.team['id']}/{len(self.response_urls) + 1}/{uuid.uuid4().hex[:24]}"
        until = time.monotonic() + self.workspace.config["response_url_seconds"]
        self.response_urls[path] = ResponseURL(person, channel, message, until)
        return f"http://127.0.0.1:{self.weather.port}{path}"

    def _trigger(self, person: dict) -> str:
        trigger = f"{len(self.workspace.triggers) + 1}.{int(time.time())}.{uuid.uuid4().hex}"
        until = time.monotonic() + self.workspace.config["trigger_seconds"]
        self.workspace.triggers[trigger] = {"until": until, "used": False, "user": person["id"]}
        return trigger

    def _escaped(self, text: str) -> str:
        """`@ana` and `#ops` as Slack writes them when the command asks for escaping."""
        people = {person["name"]: person["id"] for person in self.workspace.people.values()}
        places = {channel.name: channel.id for channel in self.workspace.channels.values()}

        def link(match: re.Match) -> str:
            mark, name = match.group(1), match.group(2)
            known = (people if mark == "@" else places).get(name)
            return f"<{mark}{known}|{name}>" if known else match.group(0)

        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return re.sub(r"(?<!\S)([@#])([\w.-]+)", link, text)
