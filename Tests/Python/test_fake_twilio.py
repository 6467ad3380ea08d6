"""The fake Twilio, asked by Twilio's own client: what it takes, what it refuses, and how it signs."""

from __future__ import annotations

import json
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl

from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from children import Child, ask

SID, TOKEN, NUMBER, ANA = "AC" + "1" * 32, "t" * 32, "+15005550006", "+4915112345678"


class Receiver:
    """Keeps what is posted to it, and answers with a script."""

    def __init__(self, script: str) -> None:
        self.received: list[tuple[str, dict[str, str], str | None]] = []
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                fields = dict(parse_qsl(body, keep_blank_values=True))
                received.append((self.path, fields, self.headers.get("X-Twilio-Signature")))
                self.send_response(200)
                self.send_header("Content-Type", "text/xml")
                self.end_headers()
                self.wfile.write(script.encode())

            def log_message(self, *arguments: Any) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class FakeTwilioTests(unittest.TestCase):
    def setUp(self) -> None:
        config = {"accounts": [{"sid": SID, "token": TOKEN, "number": NUMBER}],
                  "people": {ANA: {"sms": "delivered", "call": "human", "press": "1"}}}
        self.twilio = Child("fake_twilio.py", "--config", json.dumps(config))
        self.addCleanup(self.twilio.end)
        self.url = f"http://127.0.0.1:{self.twilio.facts['port']}"
        self.client = self.login(TOKEN)

    def login(self, token: str) -> Client:
        url = self.url

        class Here(TwilioHttpClient):
            def request(self, method: str, uri: str, *arguments: Any, **named: Any) -> Any:
                return super().request(method, uri.replace("https://api.twilio.com", url), *arguments, **named)

        return Client(SID, token, http_client=Here())

    def state(self) -> Any:
        return ask(self.url + "/_control/state")[1]

    def until(self, what: Any) -> Any:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            if found := what():
                return found
            time.sleep(0.01)  # Waits for another process, which announces nothing.
        self.fail("it did not happen")

    def test_a_message_is_sent_listed_and_delivered(self) -> None:
        sent = self.client.messages.create(to=ANA, from_=NUMBER, body="page #1-1 Reply ack 1", validity_period=600)
        self.assertEqual((sent.status, sent.direction), ("queued", "outbound-api"))
        self.until(lambda: self.client.messages(sent.sid).fetch().status == "delivered")
        self.assertEqual([each.sid for each in self.client.messages.list(to=ANA)], [sent.sid])
        self.assertEqual(self.state()["objections"], [])

    def test_what_is_wrong_is_refused_with_its_number(self) -> None:
        wrong: list[tuple[int, dict[str, Any]]] = [
            (21211, {"to": "015112345678", "from_": NUMBER, "body": "x"}), (21602, {"to": ANA, "from_": NUMBER}),
            (21603, {"to": ANA, "body": "x"}), (21606, {"to": ANA, "from_": "+15005550007", "body": "x"}),
            (21617, {"to": ANA, "from_": NUMBER, "body": "x" * 1601}),
            (30410, {"to": ANA, "from_": NUMBER, "body": "x", "validity_period": 99999}),
        ]
        for code, fields in wrong:
            with self.subTest(code=code), self.assertRaises(TwilioRestException) as refused:
                self.client.messages.create(**fields)
            self.assertEqual(refused.exception.code, code)
        with self.assertRaises(TwilioRestException) as refused:
            self.login("wrong").messages.create(to=ANA, from_=NUMBER, body="x")
        self.assertEqual((refused.exception.status, refused.exception.code), (401, 20003))
        with self.assertRaises(TwilioRestException):
            self.client.calls.create(to=ANA, from_=NUMBER, twiml="<Response><Sing/></Response>")
        self.assertEqual(len(self.state()["objections"]), len(wrong) + 2)

    def test_a_call_asks_for_its_script_and_signs_what_it_tells(self) -> None:
        script = '<Response><Gather action="{}/gather" numDigits="1"><Say>Press 1</Say></Gather></Response>'
        receiver = Receiver("")
        self.addCleanup(receiver.end)
        receiver2 = Receiver(script.format(receiver.url))
        self.addCleanup(receiver2.end)
        self.client.calls.create(
            to=ANA, from_=NUMBER, url=receiver2.url + "/voice?t=1", machine_detection="Enable",
            status_callback=receiver.url + "/status?t=1", status_callback_event=["ringing", "completed"])
        self.until(lambda: any(fields.get("CallStatus") == "completed" for _, fields, _ in receiver.received))
        paths = [path for path, _, _ in receiver.received]
        self.assertEqual(paths, ["/status?t=1", "/gather", "/status?t=1"])
        self.assertEqual(receiver.received[1][1]["Digits"], "1")
        self.assertEqual(receiver2.received[0][1]["AnsweredBy"], "human")
        for base, received in ((receiver.url, receiver.received), (receiver2.url, receiver2.received)):
            for path, fields, signature in received:
                self.assertTrue(RequestValidator(TOKEN).validate(base + path, fields, signature))

    def test_a_call_is_hung_up(self) -> None:
        ask(self.url + "/_control/person", {"number": ANA, "call": "rings"})
        call = self.client.calls.create(to=ANA, from_=NUMBER, twiml="<Response><Say>x</Say></Response>")
        self.until(lambda: self.client.calls(call.sid).fetch().status == "ringing")
        self.client.calls(call.sid).update(status="completed")
        self.assertEqual(self.client.calls(call.sid).fetch().status, "canceled")

    def test_weather_is_no_objection_and_a_lost_answer_was_taken(self) -> None:
        ask(self.url + "/_control/weather", {"account": SID, "fault": 429})
        with self.assertRaises(TwilioRestException) as refused:
            self.client.messages.create(to=ANA, from_=NUMBER, body="x")
        self.assertEqual(refused.exception.code, 20429)
        ask(self.url + "/_control/weather", {"account": SID, "fault": "lose_answer"})
        with self.assertRaises(OSError):
            self.client.messages.create(to=ANA, from_=NUMBER, body="taken")
        state = self.state()
        self.assertEqual([each["body"] for each in state["accounts"][SID]["messages"]], ["taken"])
        self.assertEqual(state["objections"], [])


if __name__ == "__main__":
    unittest.main()
