"""What a Slack workspace holds: people, channels, messages, and a list of everything real Slack would object to."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

DEFAULTS: dict[str, Any] = {
    "signing_secret": "8f742231b10e8888abcd99yyyzzz85a5",
    "bot_token": "xoxb-fake",
    "app_token": "xapp-fake",
    "team": {"id": "T0001", "domain": "acme"},
    "bot": {"user_id": "UBOT", "bot_id": "B0001", "app_id": "A0001", "name": "tocsin"},
    "people": [{"id": "U0ANA", "name": "ana", "email": "ana@example.com", "tz": "Europe/Berlin"},
               {"id": "U0BEN", "name": "ben", "email": "ben@example.com", "tz": "America/New_York"}],
    "channels": [{"id": "C0OPS", "name": "ops"}],
    "delivery": "http",  # or "socket"
    "urls": {"events": None, "commands": None, "interactivity": None},
    "events": ["app_mention", "message.im"],  # also message.channels, message.groups
    "escape_mentions": True,  # "escape channels, users, and links" of the slash command
    "answer_seconds": 3, "retry_delays": [0, 60, 300], "trigger_seconds": 3,
    "response_url_seconds": 1800, "response_url_uses": 5, "ping_seconds": 10, "most_sockets": 10,
    "post_per_second": 1, "post_burst": 5,
    # Slack's tiers, a minute. apps.connections.open is tier 1 and allows bursts.
    "per_minute": {"chat.update": 50, "conversations.history": 50, "conversations.replies": 50,
                   "conversations.open": 50, "conversations.list": 20, "users.info": 100, "users.lookupByEmail": 50, "views.open": 100,
                   "chat.postEphemeral": 100, "auth.test": 300, "apps.connections.open": 20},
}


class Refusal(Exception):
    """What Slack answers instead of `ok`. `why` is for the test's reader."""

    def __init__(self, error: str, why: str, *, status: int = 200, headers: dict[str, str] | None = None,
                 messages: list[str] | None = None, objects: bool = True, provoked: bool = False) -> None:
        super().__init__(error)
        self.error, self.why, self.status, self.headers = error, why, status, headers or {}
        self.messages, self.objects, self.provoked = messages, objects, provoked


class Impossible(Exception):
    """The test asked a person to do what nobody can do in Slack."""


@dataclass
class Message:
    """One message as it stands now. `edits` counts how often it was changed."""

    ts: str
    user: str
    text: str
    blocks: list[dict] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: dict | None = None
    edited: dict | None = None
    edits: int = 0
    bot: dict | None = None
    broadcast: bool = False

    def shown(self, metadata: bool = True) -> dict[str, Any]:
        """The message as the Web API shows it."""
        shown: dict[str, Any] = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        shown |= self.bot or {}
        if self.blocks:
            shown["blocks"] = self.blocks
        if self.thread_ts:
            shown["thread_ts"] = self.thread_ts
        if self.broadcast:
            shown["subtype"] = "thread_broadcast"
        if self.edited:
            shown["edited"] = self.edited
        if metadata and self.metadata:
            shown["metadata"] = self.metadata
        return shown


@dataclass
class Channel:
    """A channel or direct message. `archived_by_fault` and `kicked` tell provoked refusals from mistakes."""

    id: str
    name: str
    private: bool = False
    archived: bool = False
    members: set[str] = field(default_factory=set)
    messages: list[Message] = field(default_factory=list)
    archived_by_fault: bool = False
    kicked: bool = False

    def message(self, ts: Any) -> Message | None:
        return next((message for message in self.messages if message.ts == ts), None)

    def replies(self, ts: str) -> list[Message]:
        return [message for message in self.messages if message.thread_ts == ts]

    def roots(self) -> list[Message]:
        return [message for message in self.messages if message.thread_ts is None or message.broadcast]


class Workspace:
    """The people, the channels, and everything that was said, seen and objected to."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.config, self.team, self.bot = config, config["team"], config["bot"]
        self.bot_user: str = self.bot["user_id"]
        robot = {"id": self.bot_user, "name": self.bot["name"], "is_bot": True}
        self.people: dict[str, dict] = {person["id"]: person for person in config["people"] + [robot]}
        self.channels: dict[str, Channel] = {}
        for given in config["channels"]:
            members = set(given.get("members", self.people)) - {self.bot_user}
            members |= {self.bot_user} if given.get("bot_is_member", True) else set()
            self.channels[given["id"]] = Channel(given["id"], given["name"], given.get("private", False),
                                                 given.get("archived", False), members)
        self.ephemerals: list[dict] = []
        self.objections: list[dict] = []
        self.in_doubt: list[tuple[Channel, Message]] = []
        self.unlooked: set[str] = set()
        self.triggers: dict[str, dict] = {}
        self.views: list[dict] = []
        self._last_ts = 0

    def object(self, what: str, why: str, error: str = "", provoked: bool = False) -> None:
        self.objections.append({"at": time.time(), "what": what, "error": error, "why": why, "provoked": provoked})

    def next_ts(self) -> str:
        """A timestamp no other message has."""
        self._last_ts = max(self._last_ts + 1, int(time.time() * 1e6))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def person(self, given: str) -> dict:
        """The person with this id or name. For control: raises `Impossible`."""
        for person in self.people.values():
            if given in (person["id"], person["name"]):
                return person
        raise Impossible(f"nobody is called {given}")

    def place(self, given: str, person: dict) -> Channel:
        """The channel with this id or name, `dm` for the person's own with the app. For control."""
        if given == "dm":
            return self.direct([person["id"]])
        for channel in self.channels.values():
            if given in (channel.id, channel.name):
                return channel
        raise Impossible(f"there is no channel {given}")

    def direct(self, users: list[str]) -> Channel:
        """The direct message between the app and these people, opened when there is none yet."""
        names = "@" + ",".join(self.people[user]["name"] for user in users)
        found = next((channel for channel in self.channels.values() if channel.name == names), None)
        if not found:
            prefix = "D" if len(users) == 1 else "G"
            found = Channel(f"{prefix}{len(self.channels) + 1:04d}", names, True, members={*users, self.bot_user})
            self.channels[found.id] = found
        return found

    def channel(self, given: str, names: bool = False, users: bool = False) -> Channel:
        """The channel a call means, when the app may know of it."""
        found = self.channels.get(given)
        if not found and names:
            name = given.removeprefix("#")
            found = next((channel for channel in self.channels.values() if channel.name == name), None)
        if not found and users and given in self.people and given != self.bot_user:
            found = self.direct([given])
        if not found or (found.private and self.bot_user not in found.members):
            kicked = found is not None and found.kicked
            raise Refusal("channel_not_found", f"no channel {given} for this app", provoked=kicked)
        return found

    def post(self, channel: Channel, user: str, text: str, **more: Any) -> Message:
        message = Message(self.next_ts(), user, text, **more)
        if user == self.bot_user:
            message.bot = {"bot_id": self.bot["bot_id"], "app_id": self.bot["app_id"], "team": self.team["id"]}
        for number, block in enumerate(message.blocks):
            block.setdefault("block_id", f"gen{number}.{message.ts[-6:]}")
        channel.messages.append(message)
        return message

    def profile(self, person: dict) -> dict[str, Any]:
        """A user object. As in Slack, a deactivated one has lost its zone."""
        shown = {"id": person["id"], "team_id": person.get("team_id", self.team["id"]), "name": person["name"],
                 "deleted": person.get("deleted", False), "real_name": person.get("real_name", person["name"]),
                 "profile": {"real_name": person.get("real_name", person["name"]), "display_name": person["name"]},
                 "is_bot": person.get("is_bot", False), "is_restricted": person.get("is_restricted", False),
                 "is_ultra_restricted": False, "is_app_user": False}
        if not shown["is_bot"] and "email" in person:
            shown["profile"]["email"] = person["email"]
        if not shown["deleted"]:
            shown["tz"] = person.get("tz", "America/Los_Angeles")
        return shown
