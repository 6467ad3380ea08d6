"""The fake ntfy: what it takes, what it refuses, and what a touch on the phone does."""

from __future__ import annotations

import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from children import Child, ask


class FakeNtfyTests(unittest.TestCase):
    def setUp(self) -> None:
        self.ntfy = Child("fake_ntfy.py", "--token", "tk_1")
        self.addCleanup(self.ntfy.end)
        self.url = f"http://127.0.0.1:{self.ntfy.facts['port']}"

    def publish(self, token: str | None = "tk_1", **body: Any) -> tuple[int, Any]:
        return ask(self.url + "/", body, {"Authorization": f"Bearer {token}"} if token else {})

    def test_the_rules_of_publishing(self) -> None:
        view = {"action": "view", "label": "Open", "url": "https://o.example"}
        refused: list[tuple[int, dict[str, Any]]] = [
            (40009, {"topic": "a b"}), (40009, {}), (40007, {"topic": "t", "priority": 6}),
            (40017, {"topic": "t", "priority": "high"}), (40014, {"topic": "t", "message": "ä" * 2049}),
            (40018, {"topic": "t", "actions": [view] * 4}), (40018, {"topic": "t", "actions": [{"action": "call"}]}),
            (40018, {"topic": "t", "actions": [view | {"url": "nowhere"}]}),
            (40101, {"topic": "t", "token": "tk_2"}), (40301, {"topic": "t", "token": None}),
        ]
        for code, body in refused:
            with self.subTest(code=code, body=str(body)[:60]):
                status, answer = self.publish(**body)
                self.assertEqual((answer["code"], status), (code, code // 100))
        status, answer = self.publish(topic="t", message="ä" * 2048, priority=5, tags=["skull"], actions=[view])
        self.assertEqual((status, answer["event"]), (200, "message"))
        state = ask(self.url + "/_state")[1]
        self.assertEqual([each["code"] for each in state["objections"]], [code for code, _ in refused])
        self.assertEqual([each["id"] for each in ask(self.url + "/_received")[1]], [answer["id"]])

    def test_faults_are_not_objections(self) -> None:
        ask(self.url + "/_fault", {"status": 429})
        self.assertEqual(self.publish(topic="t")[1]["code"], 42901)
        ask(self.url + "/_fault", {"status": "lose_answer"})
        with self.assertRaises(OSError):
            self.publish(topic="t", message="taken")
        state = ask(self.url + "/_state")[1]
        self.assertEqual((state["received"][0]["message"], state["objections"]), ("taken", []))

    def test_a_touch_sends_the_request_as_it_was_written(self) -> None:
        got: list[tuple[str, str | None, str]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                got.append((self.path, self.headers["X-Ack"], body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        action = {"action": "http", "label": "Ack", "url": f"http://127.0.0.1:{server.server_address[1]}/ack/1",
                  "headers": {"X-Ack": "ntfy"}, "body": "{}", "clear": True}
        message = self.publish(topic="t", actions=[action])[1]
        pressed = ask(self.url + "/_press", {"id": message["id"], "action": "Ack"})[1]
        self.assertEqual((pressed["status"], pressed["cleared"], got), (204, True, [("/ack/1", "ntfy", "{}")]))
        self.assertEqual(ask(self.url + "/_press", {"id": message["id"], "action": "Nack"})[0], 409)
