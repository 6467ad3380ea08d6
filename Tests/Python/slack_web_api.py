"""Slack's Web API over a `Workspace`: the tokens, content types, limits and errors of `/api/<method>`."""

from __future__ import annotations

import json
import math
import time
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from block_kit import blocks_problems, view_problems
from serving import cut
from slack_weather import Weather
from slack_workspace import Channel, Message, Refusal, Workspace


class RateLimiter:
    """Token buckets, and the memory of who was told to wait."""

    def __init__(self) -> None:
        self._buckets: dict[tuple, tuple[float, float]] = {}
        self.told: dict[tuple, float] = {}
        self.ordered: dict[str, float] = {}

    def take(self, method: str, place: str, rate: float, burst: float) -> None:
        """Counts a call, or raises 429. A call before the announced second is an objection."""
        now, key = time.monotonic(), (method, place)
        if now < self.told.get(key, 0) - 0.01:
            early = self.told[key] - now
            self._refuse(key, early, f"called again {early:.2f} s early", True)
        if now < self.ordered.get(method, 0):
            self._refuse(key, self.ordered[method] - now, "the test ordered it", False)
        tokens, since = self._buckets.get(key, (burst, now))
        tokens = min(burst, tokens + (now - since) * rate)
        self._buckets[key] = (tokens, now)
        if tokens < 1:
            self._refuse(key, (1 - tokens) / rate, f"more than {burst:g} at once and {rate:g} a second", False)
        self._buckets[key] = (tokens - 1, now)

    def _refuse(self, key: tuple, wait: float, why: str, objects: bool) -> None:
        seconds = max(1, math.ceil(wait))
        self.told.setdefault(key, 0)
        if not objects:
            self.told[key] = time.monotonic() + seconds
        raise Refusal("ratelimited", why, status=429, headers={"Retry-After": str(seconds)}, objects=objects)


class WebAPI:
    """`/api/<method>`: one function a method, named like it."""

    READING = {"conversations.history", "conversations.replies", "conversations.list", "users.info",
               "users.lookupByEmail"}
    METHODS = READING | {"auth.test", "apps.connections.open", "chat.postMessage", "chat.update",
                         "chat.postEphemeral", "conversations.open", "views.open"}

    def __init__(self, workspace: Workspace, weather: Weather) -> None:
        self.workspace, self.weather, self.limits = workspace, weather, RateLimiter()
        self.calls: list[dict] = []
        self.revoked: set[str] = set()
        self.open_socket: Any = None
        self.tell: Any = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        call: dict[str, Any] = {"method": method, "at": time.time(), "ok": False, "error": None}
        self.calls.append(call)
        try:
            self._token(method, request)
            arguments, warning = await self._arguments(method, request)
            call |= {key: arguments[key] for key in ("channel", "ts", "thread_ts", "user") if key in arguments}
            self._rate(method, str(arguments.get("channel", "")))
            answer = {"ok": True} | getattr(self, method.replace(".", "_"))(arguments)
        except Refusal as refusal:
            call |= {"error": refusal.error, "status": refusal.status}
            if refusal.objects:
                self.workspace.object(method, refusal.why, refusal.error, refusal.provoked)
            answer = {"ok": False, "error": refusal.error}
            if refusal.messages:
                answer["response_metadata"] = {"messages": refusal.messages}
            return web.json_response(answer, status=refusal.status, headers=refusal.headers)
        call["ok"] = True
        if warning:
            call["warning"] = answer["warning"] = warning
            answer.setdefault("response_metadata", {})["warnings"] = [warning]
        if method == "chat.postMessage" and self.weather.lose_answers:
            self.weather.lose_answers -= 1
            call["lost"] = True
            channel = self.workspace.channels[answer["channel"]]
            self.workspace.in_doubt.append((channel, channel.messages[-1]))
            self.workspace.unlooked.add(channel.id)
            cut(request.transport)
        return web.json_response(answer)

    def _token(self, method: str, request: web.Request) -> None:
        if method not in self.METHODS:
            raise Refusal("unknown_method", f"this fake has no {method}")
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            raise Refusal("not_authed", "no bearer token")
        if token in self.revoked:
            raise Refusal("token_revoked", "the token was revoked", provoked=True)
        known = {self.workspace.config["bot_token"]: False, self.workspace.config["app_token"]: True}
        if token not in known:
            raise Refusal("invalid_auth", "an unknown token")
        if known[token] != (method == "apps.connections.open"):
            raise Refusal("not_allowed_token_type", f"{method} does not take this kind of token")

    async def _arguments(self, method: str, request: web.Request) -> tuple[dict[str, Any], str | None]:
        arguments: dict[str, Any] = dict(request.query)
        if request.method == "GET":
            if method not in self.READING | {"auth.test"}:
                raise Refusal("invalid_arguments", "this method wants POST", messages=["[ERROR] must be POSTed"])
            return arguments, None
        raw = await request.read()
        kind, has_charset = request.content_type, "charset=" in request.headers.get("Content-Type", "").lower()
        if kind == "application/json":
            if method in self.READING:
                return arguments, None  # Slack does not read JSON here: the arguments are simply missing.
            try:
                body = json.loads(raw) if raw else {}
            except ValueError:
                raise Refusal("invalid_json", "the body is not JSON") from None
            if not isinstance(body, dict):
                raise Refusal("json_not_object", "the body is not a JSON object")
            return arguments | body, None if has_charset else "missing_charset"
        if kind != "application/x-www-form-urlencoded" and raw:
            raise Refusal("invalid_post_type", f"a body of type {kind}")
        arguments |= dict(parse_qsl(raw.decode(), keep_blank_values=True))
        for key in ("blocks", "metadata", "view", "attachments"):
            if isinstance(arguments.get(key), str):
                try:
                    arguments[key] = json.loads(arguments[key])
                except ValueError:
                    error = "invalid_blocks_format" if key == "blocks" else f"invalid_{key}_format"
                    raise Refusal(error, f"{key} is not JSON") from None
        return arguments, "superfluous_charset" if has_charset else None

    def _rate(self, method: str, place: str) -> None:
        config = self.workspace.config
        if method == "chat.postMessage":
            try:
                place = self.workspace.channel(place, names=True, users=True).id
            except Refusal:
                pass
            self.limits.take(method, place, config["post_per_second"], config["post_burst"])
        else:
            a_minute = config["per_minute"][method]
            self.limits.take(method, "", a_minute / 60, a_minute)

    @staticmethod
    def _need(arguments: dict, *names: str) -> list[str]:
        for name in names:
            if arguments.get(name) in (None, ""):
                raise Refusal("invalid_arguments", f"{name} is missing",
                              messages=[f"[ERROR] missing required field: {name}"])
            if not isinstance(arguments[name], str):
                raise Refusal("invalid_arguments", f"{name} is not a string",
                              messages=[f"[ERROR] must be a string [json-pointer:/{name}]"])
        return [arguments[name] for name in names]

    def auth_test(self, arguments: dict) -> dict:
        workspace = self.workspace
        return {"url": f"https://{workspace.team['domain']}.slack.com/", "team": workspace.team["domain"],
                "user": workspace.bot["name"], "team_id": workspace.team["id"], "user_id": workspace.bot_user,
                "bot_id": workspace.bot["bot_id"], "is_enterprise_install": False}

    def apps_connections_open(self, arguments: dict) -> dict:
        return {"url": self.open_socket()}

    def chat_postMessage(self, arguments: dict) -> dict:
        (given,) = self._need(arguments, "channel")
        channel = self.workspace.channel(given, names=True, users=True)
        self._writable(channel, "is_archived")
        text, blocks, metadata = self._content(arguments)
        thread = self._thread(channel, arguments.get("thread_ts"))
        self._repeated(channel, text, thread, metadata)
        broadcast = arguments.get("reply_broadcast") in (True, "true", "1")
        message = self.workspace.post(channel, self.workspace.bot_user, text, blocks=blocks or [], thread_ts=thread,
                                      metadata=metadata or None, broadcast=broadcast and thread is not None)
        self.tell(channel, message)
        return {"channel": channel.id, "ts": message.ts, "message": message.shown()}

    def chat_update(self, arguments: dict) -> dict:
        given, ts = self._need(arguments, "channel", "ts")
        channel = self.workspace.channel(given)
        self._writable(channel, "is_inactive")
        message = channel.message(ts)
        if not message:
            raise Refusal("message_not_found", f"no message {ts} in {channel.name}")
        if message.user != self.workspace.bot_user:
            raise Refusal("cant_update_message", "it is somebody else's message")
        text, blocks, metadata = self._content(arguments)
        self.change(message, text if "text" in arguments else None, blocks)
        if metadata is not None:
            message.metadata = metadata or None
        self.tell(channel, message, "message_changed")
        return {"channel": channel.id, "ts": ts, "text": message.text, "message": message.shown()}

    def change(self, message: Message, text: str | None, blocks: list[dict] | None) -> None:
        """Slack's rule: text alone takes the blocks away, blocks alone leave the text."""
        message.edits += 1
        message.text = message.text if text is None else text
        if blocks is not None or text is not None:
            message.blocks = blocks or []
        for number, block in enumerate(message.blocks):
            block.setdefault("block_id", f"gen{number}.{message.edits}.{message.ts[-6:]}")
        message.edited = {"user": message.user, "ts": self.workspace.next_ts()}

    def chat_postEphemeral(self, arguments: dict) -> dict:
        given, user = self._need(arguments, "channel", "user")
        channel = self.workspace.channel(given, names=True)
        self._writable(channel, "is_archived")
        if user not in channel.members:
            raise Refusal("user_not_in_channel", f"{user} is not in {channel.name}")
        text, blocks, _ = self._content(arguments)
        seen = {"ts": self.workspace.next_ts(), "user": user, "channel": channel.id, "text": text,
                "blocks": blocks or [], "via": "chat.postEphemeral"}
        self.workspace.ephemerals.append(seen)
        return {"message_ts": seen["ts"]}

    def conversations_history(self, arguments: dict) -> dict:
        (given,) = self._need(arguments, "channel")
        channel = self._readable(given)
        return self._page(list(reversed(channel.roots())), arguments, channel)

    def conversations_replies(self, arguments: dict) -> dict:
        given, ts = self._need(arguments, "channel", "ts")
        channel = self._readable(given)
        root = channel.message(ts)
        if not root:
            raise Refusal("thread_not_found", f"no message {ts} in {channel.name}")
        return self._page([root] + channel.replies(ts), arguments, channel)

    def conversations_list(self, arguments: dict) -> dict:
        types = str(arguments.get("types") or "public_channel").split(",")
        shown = [{"id": channel.id, "name": channel.name, "is_private": channel.private, "is_archived": channel.archived,
                  "is_member": self.workspace.bot_user in channel.members}
                 for channel in self.workspace.channels.values() if channel.id[0] == "C"
                 and ("private_channel" in types and self.workspace.bot_user in channel.members if channel.private
                      else "public_channel" in types)
                 and not (channel.archived and arguments.get("exclude_archived") in (True, "true", "1"))]
        return {"channels": shown, "response_metadata": {"next_cursor": ""}}

    def conversations_open(self, arguments: dict) -> dict:
        (users,) = self._need(arguments, "users")
        ids = users.split(",")
        for user in ids:
            if user not in self.workspace.people or user == self.workspace.bot_user:
                raise Refusal("user_not_found", f"no user {user}")
            if self.workspace.people[user].get("deleted"):
                raise Refusal("user_disabled", f"{user} is deactivated")
        return {"channel": {"id": self.workspace.direct(sorted(ids)).id}}

    def users_info(self, arguments: dict) -> dict:
        (user,) = self._need(arguments, "user")
        if user not in self.workspace.people:
            raise Refusal("user_not_found", f"no user {user}")
        return {"user": self.workspace.profile(self.workspace.people[user])}

    def users_lookupByEmail(self, arguments: dict) -> dict:
        (email,) = self._need(arguments, "email")
        for person in self.workspace.people.values():
            if person.get("email", "").lower() == email.lower() and not person.get("deleted"):
                return {"user": self.workspace.profile(person)}
        raise Refusal("users_not_found", "nobody has this address", objects=False)

    def views_open(self, arguments: dict) -> dict:
        (trigger,) = self._need(arguments, "trigger_id")
        known = self.workspace.triggers.get(trigger)
        if not known:
            raise Refusal("invalid_trigger_id", "this trigger_id was never given")
        if time.monotonic() > known["until"]:
            raise Refusal("expired_trigger_id", f"later than {self.workspace.config['trigger_seconds']} s")
        if known["used"]:
            raise Refusal("exchanged_trigger_id", "a trigger_id opens one view")
        if problems := view_problems(arguments.get("view")):
            raise Refusal("invalid_arguments", problems[0], messages=problems)
        known["used"] = True
        view = arguments["view"] | {"id": f"V{len(self.workspace.views) + 1:04d}", "hash": self.workspace.next_ts()}
        self.workspace.views.append(view | {"user": known["user"]})
        return {"view": view}

    def _writable(self, channel: Channel, error: str) -> None:
        if channel.archived:
            raise Refusal(error, f"{channel.name} is archived", provoked=channel.archived_by_fault)
        if self.workspace.bot_user not in channel.members:
            raise Refusal("not_in_channel", f"the app is not in {channel.name}", provoked=channel.kicked)

    def _readable(self, given: str) -> Channel:
        channel = self.workspace.channel(given)
        if self.workspace.bot_user not in channel.members:
            raise Refusal("not_in_channel", f"the app is not in {channel.name}", provoked=channel.kicked)
        return channel

    @staticmethod
    def _content(arguments: dict) -> tuple[str, list[dict] | None, dict | None]:
        """Text, blocks and metadata, checked. None for what was not given."""
        text, blocks, metadata = (arguments.get(key) for key in ("text", "blocks", "metadata"))
        if not isinstance(text, (str, type(None))):
            raise Refusal("invalid_arguments", "text is not a string", messages=["[ERROR] text must be a string"])
        if len(text or "") > 40_000:
            raise Refusal("msg_too_long", f"{len(text or '')} characters of text")
        if blocks and (problems := blocks_problems(blocks)):
            raise Refusal("invalid_blocks", problems[0], messages=problems)
        if not text and not blocks and not arguments.get("attachments"):
            raise Refusal("no_text", "neither text nor blocks")
        if metadata:
            named = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
            if not named or not isinstance(metadata.get("event_payload"), dict):
                raise Refusal("invalid_metadata_format", "metadata needs event_type and an event_payload object")
            if len(json.dumps(metadata)) > 16_000:
                raise Refusal("metadata_too_large", "metadata over 16 kB")
        return text or "", blocks, metadata

    @staticmethod
    def _thread(channel: Channel, ts: Any) -> str | None:
        if ts in (None, ""):
            return None
        seconds, _, micros = ts.partition(".") if isinstance(ts, str) else ("", "", "")
        if not (seconds.isdecimal() and micros.isdecimal() and len(micros) == 6):
            raise Refusal("invalid_thread_ts", f"{ts!r} is no timestamp", messages=[f"[ERROR] {ts} is not valid"])
        root = channel.message(ts)
        if not root:
            raise Refusal("thread_not_found", f"no message {ts} in {channel.name}")
        if root.thread_ts:
            raise Refusal("cannot_reply_to_message", f"{ts} is itself a reply")
        return ts

    def _repeated(self, channel: Channel, text: str, thread: str | None, metadata: dict | None) -> None:
        """After a lost answer: looking comes first, and what had arrived is not posted again."""
        for place, message in self.workspace.in_doubt:
            same = message.metadata == metadata if metadata else message.text == text
            if place is channel and same and message.thread_ts == thread:
                looked = "without looking" if channel.id in self.workspace.unlooked else "after looking"
                self.workspace.object("chat.postMessage", f"posted again, {looked}, what had arrived as {message.ts}")

    def _page(self, messages: list[Message], arguments: dict, channel: Channel) -> dict:
        """One page. `oldest` and `latest` compare as timestamps and exclude the ends unless `inclusive`."""
        self.workspace.unlooked.discard(channel.id)
        inclusive, with_metadata = (arguments.get(key) in (True, "true", "True", "1")
                                    for key in ("inclusive", "include_all_metadata"))
        try:
            limit, start = int(arguments.get("limit") or 100), int(arguments.get("cursor") or 0)
            oldest, latest = ticks(arguments.get("oldest") or "0"), ticks(arguments.get("latest") or "9999999999")
        except ValueError:
            raise Refusal("invalid_arguments", "limit, cursor, oldest or latest cannot be read") from None
        if not 1 <= limit <= 999:
            raise Refusal("invalid_limit", "limit is 1…999")
        slack = 0 if inclusive else 1
        chosen = [message for message in messages if oldest + slack <= ticks(message.ts) <= latest - slack]
        page = []
        for message in chosen[start:start + limit]:
            shown = message.shown(with_metadata)
            if replies := channel.replies(message.ts):
                shown |= {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
            page.append(shown)
        answer: dict[str, Any] = {"messages": page, "has_more": start + limit < len(chosen)}
        if answer["has_more"]:
            answer["response_metadata"] = {"next_cursor": str(start + limit)}
        return answer


def ticks(ts: str) -> int:
    """A timestamp in microseconds, without going through a float."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * 1_000_000 + int((fraction + "000000")[:6])
