"""A model of Twilio's messages and calls, and of SignalWire's, which speak the same: it keeps a ledger and objects to
what the real ones refuse.

    python fake_twilio.py --ready FILE --config JSON

FILE then holds {"port": …}. JSON: {"accounts": [{"sid", "token", "vendor"?, "number", "sms_url"?, "signing_key"?}],
"people": {"+49…": {"sms": "delivered"|"undelivered"|"queued", "call": "human"|"machine"|"busy"|"no-answer"|"rings",
"press": "1"?}}}. Twilio's accounts are below /2010-04-01, SignalWire's below /api/laml/2010-04-01. Requests of ours are
signed with Twilio's own RequestValidator.

The test's side, below /_control: GET state gives accounts' messages, calls (with what was `asked` for them), objections,
callbacks and requests.
POST weather {"account", "fault": 429|500|"hang"|"drop"|"lose_answer", "times"?, "retry_after"?}; POST reply {"from",
"body", "account"} is what a person sends; POST person {"number", …} changes one; POST forge {"url", "fields"} sends a
request that nobody signed; POST fail_message {"sid", "code"} reports a message as undelivered after all.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import re
import time
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import aiohttp
from aiohttp import web
from twilio.request_validator import RequestValidator

from serving import cut, until_told_to_end, write_ready

E164 = re.compile(r"\+[1-9]\d{7,14}")
MESSAGE_FIELDS = {"To", "From", "MessagingServiceSid", "Body", "ValidityPeriod", "StatusCallback"}
CALL_FIELDS = {"To", "From", "Url", "Method", "Twiml", "StatusCallback", "StatusCallbackMethod", "StatusCallbackEvent",
               "Timeout", "MachineDetection"}
CALL_EVENTS = ["initiated", "ringing", "answered", "completed"]
VERBS = {"Say", "Gather", "Pause", "Hangup", "Message", "Redirect"}
FINAL_CALLS = {"completed", "busy", "failed", "no-answer", "canceled"}
ERRORS = {20003: (401, "Authenticate"), 20404: (404, "The requested resource was not found"),
          20429: (429, "Too Many Requests"), 21201: (400, "No 'To' number is specified"),
          21205: (400, "Url is not a valid URL"), 21211: (400, "Invalid 'To' Phone Number"),
          21213: (400, "'From' phone number is required"), 21212: (400, "Invalid 'From' Number"),
          21218: (400, "Invalid ApplicationSid"), 21602: (400, "Message body is required"),
          21603: (400, "A 'From' phone number is required"), 21604: (400, "'To' phone number is required"),
          21606: (400, "The 'From' phone number provided is not a valid message-capable number"),
          21610: (400, "Attempt to send to unsubscribed recipient"), 21617: (400, "The message body is too long"),
          21626: (400, "Invalid statusEvents"), 30410: (400, "Invalid ValidityPeriod"), 21220: (400, "Call is over"),
          20001: (400, "Unknown parameters")}


def stamp() -> str:
    """Now, as Twilio writes it: Sun, 01 Mar 2026 02:03:04 +0000."""
    return formatdate().replace("-0000", "+0000")


class Refusal(Exception):
    """An error as Twilio words it."""

    def __init__(self, code: int, why: str, objects: bool = True) -> None:
        super().__init__(why)
        self.code, self.why, self.objects = code, why, objects

    def response(self) -> web.Response:
        status, message = ERRORS[self.code]
        return web.json_response({"code": self.code, "message": message, "status": status,
                                  "more_info": f"https://www.twilio.com/docs/errors/{self.code}"}, status=status)


class Account:
    """One account with its ledger."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.sid: str = facts["sid"]
        self.token: str = facts["token"]
        self.vendor: str = facts.get("vendor", "twilio")
        self.number: str = facts["number"]
        self.sms_url: str | None = facts.get("sms_url")
        self.validator = RequestValidator(facts.get("signing_key", self.token))
        self.header = "X-Twilio-Signature" if self.vendor == "twilio" else "X-SignalWire-Signature"
        self.messages: list[dict[str, Any]] = []
        self.calls: list[dict[str, Any]] = []
        self.weather: list[dict[str, Any]] = []
        self.prefix = "/2010-04-01" if self.vendor == "twilio" else "/api/laml/2010-04-01"

    def shown(self, resource: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in resource.items() if not key.startswith("_")}


class Twilio:
    """The server: accounts, people with their phones, and what it objected to."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.accounts = {facts["sid"]: Account(facts) for facts in config["accounts"]}
        self.people: dict[str, dict[str, Any]] = config.get("people", {})
        self.objections: list[str] = []
        self.callbacks: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []
        self.heard: list[dict[str, Any]] = []
        self.texts: dict[str, list[str]] = {}
        self.counter = 0
        self.tasks: set[asyncio.Task[None]] = set()

    # The way in

    async def serve(self, request: web.Request) -> web.StreamResponse:
        account = self.accounts.get(request.match_info["account"])
        seen = {"at": time.time(), "method": request.method, "path": request.path, "status": None, "fault": None,
                "account": request.match_info["account"]}
        self.requests.append(seen)
        try:
            if account is None or not request.path.startswith(account.prefix + "/"):
                raise Refusal(20404, f"no account at {request.path}")
            expected = base64.b64encode(f"{account.sid}:{account.token}".encode()).decode()
            if request.headers.get("Authorization") != f"Basic {expected}":
                raise Refusal(20003, "a wrong login")
            # Weather is met by what changes something, and not by who only looks.
            storm = account.weather[0] if account.weather and request.method == "POST" else None
            if storm:
                storm["times"] -= 1
                if storm["times"] <= 0:
                    account.weather.pop(0)
                seen["fault"] = storm["fault"]
            fault = storm["fault"] if storm else None
            if fault == "hang":
                await asyncio.Event().wait()
            if fault == "drop":
                cut(request.transport)
                return web.Response()
            if fault in (429, 500):
                seen["status"] = fault
                response = Refusal(20429, "weather").response() if fault == 429 else web.json_response(
                    {"code": 20500, "message": "Internal Server Error", "status": 500}, status=500)
                if storm and storm.get("retry_after"):
                    response.headers["Retry-After"] = str(storm["retry_after"])
                return response
            status, answer = await self.answer(request, account)
            seen["status"] = status
            if fault == "lose_answer":
                cut(request.transport)
            return web.json_response(answer, status=status)
        except Refusal as refusal:
            seen["status"] = ERRORS[refusal.code][0]
            if refusal.objects:
                self.objections.append(f"{request.method} {request.path}: {refusal.code} {refusal.why}")
            return refusal.response()

    async def answer(self, request: web.Request, account: Account) -> tuple[int, Any]:
        rest = request.match_info["rest"]
        if request.method == "POST":
            kind = request.headers.get("Content-Type", "").split(";")[0]
            if kind != "application/x-www-form-urlencoded":
                raise Refusal(20001, f"a body of type {kind}")
            fields = parse_qsl((await request.read()).decode(), keep_blank_values=True)
            if rest == "Messages.json":
                return 201, account.shown(self.send(account, fields))
            if rest == "Calls.json":
                return 201, account.shown(self.call(account, fields))
            if rest.startswith("Calls/"):
                return 200, account.shown(self.change(account, rest[6:].removesuffix(".json"), dict(fields)))
        elif request.method == "GET":
            query = dict(parse_qsl(request.query_string, keep_blank_values=True))
            if rest == "Messages.json":
                return 200, self.page("messages", account, account.messages, query)
            if rest == "Calls.json":
                return 200, self.page("calls", account, account.calls, query)
            if rest == "IncomingPhoneNumbers.json":
                number = {"sid": "PN" + "0" * 32, "phone_number": account.number,
                          "capabilities": {"sms": True, "voice": True, "mms": False, "fax": False}}
                return 200, {"incoming_phone_numbers": [number]}
            for name, ledger in (("Messages/", account.messages), ("Calls/", account.calls)):
                if rest.startswith(name):
                    return 200, account.shown(self.find(ledger, rest[len(name):].removesuffix(".json")))
        raise Refusal(20404, f"{request.method} {rest}")

    @staticmethod
    def find(ledger: list[dict[str, Any]], sid: str) -> dict[str, Any]:
        for resource in ledger:
            if resource["sid"] == sid:
                return resource
        raise Refusal(20404, f"no {sid}")

    @staticmethod
    def page(name: str, account: Account, ledger: list[dict[str, Any]], query: dict[str, str]) -> dict[str, Any]:
        unknown = set(query) - {"To", "From", "DateSent", "DateSent>", "DateSent<", "PageSize", "Status"}
        if unknown:
            raise Refusal(20001, f"unknown filters {sorted(unknown)}")
        found = [each for each in reversed(ledger)
                 if query.get("To") in (None, each["to"]) and query.get("From") in (None, each["from"])]
        if since := query.get("DateSent>"):
            if not re.fullmatch(r"\d{4}-\d\d-\d\d(T.*)?", since):
                raise Refusal(20001, f"DateSent>={since}")
            # Of what was not sent yet there is no date of sending.
            found = [each for each in found if each.get("date_sent")
                     and parsedate_to_datetime(each["date_sent"]).strftime("%Y-%m-%d") >= since[:10]]
        size = int(query.get("PageSize", "50"))
        return {name: [account.shown(each) for each in found[:size]], "page": 0, "page_size": size,
                "next_page_uri": None, "uri": f"{account.prefix}/Accounts/{account.sid}/{name.capitalize()}.json"}

    def next(self, kind: str, account: Account) -> str:
        self.counter += 1
        if account.vendor == "signalwire":
            return f"00000000-0000-4000-8000-{self.counter:012x}"
        return f"{kind}{self.counter:032x}"

    @staticmethod
    def once(fields: list[tuple[str, str]], known: set[str]) -> dict[str, str]:
        names = [name for name, _ in fields if name != "StatusCallbackEvent"]
        if len(names) != len(set(names)):
            raise Refusal(20001, f"a parameter twice: {names}")
        unknown = {name for name, _ in fields} - known
        if unknown:
            raise Refusal(20001, f"unknown parameters {sorted(unknown)}")
        return dict(fields)

    @staticmethod
    def check_url(url: str | None) -> None:
        if url is not None and not re.match(r"https?://[^/]+/", url):
            raise Refusal(21205, f"{url} is no address")

    # SMS

    def send(self, account: Account, pairs: list[tuple[str, str]]) -> dict[str, Any]:
        fields = self.once(pairs, MESSAGE_FIELDS)
        to, body = fields.get("To"), fields.get("Body")
        if not to:
            raise Refusal(21604, "no To")
        if not E164.fullmatch(to):
            raise Refusal(21211, f"To {to}")
        if ("From" in fields) == ("MessagingServiceSid" in fields):
            raise Refusal(21603, "one of From and MessagingServiceSid")
        if fields.get("From", account.number) != account.number:
            raise Refusal(21606, f"From {fields['From']}")
        if not body:
            raise Refusal(21602, "no Body")
        if len(body) > 1600:
            raise Refusal(21617, f"{len(body)} characters")
        if not 1 <= int(fields.get("ValidityPeriod", "14400")) <= 36000:
            raise Refusal(30410, fields["ValidityPeriod"])
        self.check_url(fields.get("StatusCallback"))
        if self.people.get(to, {}).get("stopped"):
            raise Refusal(21610, "STOP", objects=False)
        message = self.message(account, to, account.number, body, "outbound-api", "queued")
        message["_callback"] = fields.get("StatusCallback")
        self.start(self.deliver(account, message))
        return message

    def message(self, account: Account, to: str, sender: str, body: str, direction: str, status: str) -> dict[str, Any]:
        now = stamp()
        message = {"sid": self.next("SM", account), "account_sid": account.sid, "messaging_service_sid": None, "to": to,
                   "from": sender, "body": body, "status": status, "direction": direction, "num_segments": "1",
                   "num_media": "0", "price": None, "price_unit": "USD", "error_code": None, "error_message": None,
                   "date_created": now, "date_updated": now, "date_sent": now if direction == "inbound" else None,
                   "api_version": "2010-04-01", "uri": "", "subresource_uris": {}}
        account.messages.append(message)
        return message

    async def deliver(self, account: Account, message: dict[str, Any]) -> None:
        fate = self.people.get(message["to"], {}).get("sms", "delivered")
        if fate == "queued":
            return
        message |= {"status": "sent", "date_sent": stamp()}
        await self.tell_message(account, message)
        if fate == "undelivered":
            message["error_code"] = 30003
        message["status"] = fate
        if fate == "delivered":
            self.texts.setdefault(message["to"], []).append(message["body"])
        await self.tell_message(account, message)

    async def tell_message(self, account: Account, message: dict[str, Any]) -> None:
        if not message.get("_callback"):
            return
        fields = {"MessageSid": message["sid"], "SmsSid": message["sid"], "AccountSid": account.sid,
                  "MessageStatus": message["status"], "SmsStatus": message["status"], "To": message["to"],
                  "From": message["from"], "ApiVersion": "2010-04-01"}
        if message["error_code"]:
            fields["ErrorCode"] = str(message["error_code"])
        await self.post(account, message["_callback"], fields)

    # Calls

    def call(self, account: Account, pairs: list[tuple[str, str]]) -> dict[str, Any]:
        fields = self.once(pairs, CALL_FIELDS)
        if not fields.get("To"):
            raise Refusal(21201, "no To")
        if not E164.fullmatch(fields["To"]):
            raise Refusal(21211, f"To {fields['To']}")
        if not fields.get("From"):
            raise Refusal(21213, "no From")
        if fields["From"] != account.number:
            raise Refusal(21212, f"From {fields['From']}")
        if ("Url" in fields) == ("Twiml" in fields):
            raise Refusal(21205, "one of Url and Twiml")
        if "Twiml" in fields:
            self.script(fields["Twiml"])
        self.check_url(fields.get("Url"))
        self.check_url(fields.get("StatusCallback"))
        events = [value for name, value in pairs if name == "StatusCallbackEvent"]
        if not set(events) <= set(CALL_EVENTS):
            raise Refusal(21626, f"{events}")
        if fields.get("MachineDetection", "Enable") not in ("Enable", "DetectMessageEnd"):
            raise Refusal(20001, "MachineDetection")
        now = stamp()
        call = {"sid": self.next("CA", account), "account_sid": account.sid, "to": fields["To"], "from": fields["From"],
                "status": "queued", "direction": "outbound-api", "answered_by": None, "duration": None,
                "start_time": None, "end_time": None, "price": None, "date_created": now, "date_updated": now,
                "api_version": "2010-04-01", "uri": "", "subresource_uris": {},
                "_fields": fields, "_events": events or ["completed"], "_number": 0, "_hung_up": asyncio.Event()}
        account.calls.append(call)
        self.start(self.ring(account, call))
        return call

    def change(self, account: Account, sid: str, fields: dict[str, str]) -> dict[str, Any]:
        call = self.find(account.calls, sid)
        if set(fields) != {"Status"} or fields["Status"] not in ("completed", "canceled"):
            raise Refusal(20001, f"{fields}")
        if call["status"] in FINAL_CALLS:
            raise Refusal(21220, "the call is over", objects=False)
        call["_was"] = call["status"]
        call["status"] = "completed" if call["status"] == "in-progress" else "canceled"
        call["_hung_up"].set()
        return call

    async def ring(self, account: Account, call: dict[str, Any]) -> None:
        fate = self.people.get(call["to"], {}).get("call", "human")
        await self.turn(account, call, "initiated", "initiated")
        await self.turn(account, call, "ringing", "ringing")
        if fate == "rings":
            await call["_hung_up"].wait()
        if call["_hung_up"].is_set():
            return await self.turn(account, call, call["status"], "completed")
        if fate in ("busy", "no-answer", "failed"):
            return await self.turn(account, call, fate, "completed")
        if "MachineDetection" in call["_fields"]:
            call["answered_by"] = "human" if fate == "human" else "machine_start"
        await self.turn(account, call, "in-progress", "answered")
        await self.talk(account, call)
        await self.turn(account, call, "completed", "completed")

    async def turn(self, account: Account, call: dict[str, Any], status: str, event: str) -> None:
        call["status"] = status
        fields = call["_fields"]
        if "StatusCallback" not in fields or event not in call["_events"]:
            return
        call["_number"] += 1
        told = self.facts(account, call) | {"Timestamp": stamp(), "CallbackSource":
                                            "call-progress-events", "SequenceNumber": str(call["_number"] - 1)}
        if status == "completed":
            told |= {"CallDuration": "5", "Duration": "1"}
        await self.post(account, fields["StatusCallback"], told)

    @staticmethod
    def facts(account: Account, call: dict[str, Any]) -> dict[str, str]:
        facts = {"CallSid": call["sid"], "AccountSid": account.sid, "From": call["from"], "To": call["to"],
                 "CallStatus": call["status"], "ApiVersion": "2010-04-01", "Direction": "outbound-api",
                 "Caller": call["from"], "Called": call["to"], "ToCity": "", "ToCountry": "DE"}
        if call["answered_by"]:
            facts["AnsweredBy"] = call["answered_by"]
        return facts

    async def talk(self, account: Account, call: dict[str, Any]) -> None:
        """Does what the script says. What is said to a machine nobody hears."""
        fields = call["_fields"]
        text: str | None = fields.get("Twiml")
        if text is None:
            text = await self.post(account, fields["Url"], self.facts(account, call))
        press = self.people.get(call["to"], {}).get("press") if call["answered_by"] != "machine_start" else None
        pressed = False
        for _ in range(5):
            if text is None:
                return
            action = None
            for verb in self.script(text):
                said = " ".join(each.text or "" for each in verb.iter("Say"))
                if said:
                    self.heard.append({"to": call["to"], "by": call["answered_by"], "said": said})
                if verb.tag == "Gather" and press and not pressed:
                    action, pressed = verb.get("action"), True
                    break
                if verb.tag == "Hangup":
                    return
            if action is None:
                return
            keys = {"Digits": press, "FinishedOnKey": "", "msg": "Gather End"}
            text = await self.post(account, action, self.facts(account, call) | keys)

    def script(self, text: str) -> list[ElementTree.Element]:
        if len(text) > 4000:
            raise Refusal(21218, "a script over 4000 characters")
        try:
            root = ElementTree.fromstring(text)
        except ElementTree.ParseError as problem:
            raise Refusal(21218, f"the script is no XML: {problem}") from problem
        verbs = [each.tag for each in root.iter()][1:]
        if root.tag != "Response" or set(verbs) - VERBS:
            raise Refusal(21218, f"the script has {verbs} in {root.tag}")
        return list(root)

    # The way out

    def start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def post(self, account: Account, url: str, fields: dict[str, str], sign: bool = True) -> str | None:
        """The answer's body, if it was 2xx."""
        told: dict[str, Any] = {"url": url.split("?")[0], "fields": fields, "status": None}
        self.callbacks.append(told)
        headers = {account.header: account.validator.compute_signature(url, fields)} if sign else {}
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session:
                async with session.post(url, data=fields, headers=headers) as response:
                    told["status"], text = response.status, await response.text()
                    told["body"], kind = text, response.headers.get("Content-Type", "")
                    if not 200 <= response.status < 300:
                        return None
                    if text and not kind.startswith("text/xml"):
                        self.objections.append(f"{url}: an answer of type {kind}")
                    return text or None
        except (aiohttp.ClientError, asyncio.TimeoutError) as problem:
            told["error"] = type(problem).__name__
            return None

    # The test's side

    async def state(self, request: web.Request) -> web.Response:
        return web.json_response({
            "accounts": {sid: {"messages": [account.shown(each) for each in account.messages],
                               "calls": [account.shown(each) | {"asked": each["_fields"]} for each in account.calls]}
                         for sid, account in self.accounts.items()},
            "objections": self.objections, "callbacks": self.callbacks, "requests": self.requests,
            "heard": self.heard, "texts": self.texts})

    async def weather(self, request: web.Request) -> web.Response:
        body = await request.json()
        storm = {"fault": body["fault"], "times": body.get("times", 1), "retry_after": body.get("retry_after")}
        self.accounts[body["account"]].weather.append(storm)
        return web.json_response({})

    async def person(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.people.setdefault(body.pop("number"), {}).update(body)
        return web.json_response({})

    async def reply(self, request: web.Request) -> web.Response:
        body = await request.json()
        account = self.accounts[body["account"]]
        message = self.message(account, account.number, body["from"], body["body"], "inbound", "received")
        answer = None
        if account.sms_url:
            fields = {"MessageSid": message["sid"], "SmsSid": message["sid"], "AccountSid": account.sid,
                      "From": body["from"], "To": account.number, "Body": body["body"], "NumMedia": "0",
                      "NumSegments": "1", "ApiVersion": "2010-04-01"}
            answer = await self.post(account, account.sms_url, fields)
            for verb in self.script(answer) if answer else []:
                if verb.tag == "Message":
                    self.texts.setdefault(body["from"], []).append(verb.text or "")
        return web.json_response({"sid": message["sid"], "answer": answer})

    async def forge(self, request: web.Request) -> web.Response:
        body = await request.json()
        account = next(iter(self.accounts.values()))
        await self.post(account, body["url"], body["fields"], sign=False)
        return web.json_response({"status": self.callbacks[-1]["status"]})

    async def fail_message(self, request: web.Request) -> web.Response:
        body = await request.json()
        for account in self.accounts.values():
            for message in account.messages:
                if message["sid"] == body["sid"]:
                    message |= {"status": "undelivered", "error_code": body["code"]}
                    await self.tell_message(account, message)
        return web.json_response({})


async def serve(port: int, ready: Path, config: dict[str, Any]) -> None:
    """Serves until SIGTERM or SIGINT."""
    twilio, app = Twilio(config), web.Application()
    accounts = "/2010-04-01/Accounts/{account}/{rest:.+}"
    app.add_routes([web.get("/_control/state", twilio.state), web.post("/_control/weather", twilio.weather),
                    web.post("/_control/person", twilio.person), web.post("/_control/reply", twilio.reply),
                    web.post("/_control/forge", twilio.forge),
                    web.post("/_control/fail_message", twilio.fail_message),
                    web.route("*", accounts, twilio.serve), web.route("*", "/api/laml" + accounts, twilio.serve)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    write_ready(ready, {"port": runner.addresses[0][1]})
    await until_told_to_end()
    await runner.cleanup()


def main() -> None:
    """Reads the command line and serves."""
    parser = argparse.ArgumentParser(description="A model of Twilio for tests.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ready", type=Path, required=True)
    parser.add_argument("--config", type=json.loads, required=True)
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.port, arguments.ready, arguments.config))


if __name__ == "__main__":
    main()
