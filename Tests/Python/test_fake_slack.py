"""The fake Slack, checked with Slack's own SDK. Run by `python -m unittest` in this folder."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import unittest
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable
from urllib.error import URLError
from urllib.parse import parse_qs

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse

from children import HERE, Child, ask

SECRET = "0123456789abcdef0123456789abcdef"
BUTTONS: list[dict[str, Any]] = [{"type": "section", "text": {"type": "mrkdwn", "text": "*INC-42*"}},
           {"type": "actions", "block_id": "inc:42", "elements": [
               {"type": "button", "action_id": "ack", "value": "INC-42", "text": {"type": "plain_text", "text": "Ack"}}
           ]}]


class App:
    """The receiving side: verifies with slack_sdk and answers as `answer` says."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], str]] = []
        self.answer: Callable[[str, str], tuple[int, str, str]] = lambda path, body: (200, "text/plain", "")
        self.released = threading.Event()
        app = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers = dict(self.headers.items())
                app.got.append((self.path, headers, raw))
                status, kind, body = 401, "text/plain", "bad signature"
                if SignatureVerifier(SECRET).is_valid_request(raw, headers):
                    status, kind, body = app.answer(self.path, raw)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def handle(self) -> None:
                try:
                    super().handle()
                except ConnectionError:
                    pass

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def end(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


class FakeSlackCase(unittest.TestCase):
    """One Slack, one app and one client a test."""

    config: dict[str, Any] = {}

    def setUp(self) -> None:
        self.app = App()
        self.addCleanup(self.app.end)
        urls = {what: f"{self.app.url}/{what}" for what in ("events", "commands", "interactivity")}
        config = {"signing_secret": SECRET, "urls": urls, "answer_seconds": 0.5, "retry_delays": [0, 0.05],
                  "channels": [{"id": "C0OPS", "name": "ops"},
                               {"id": "C0OUT", "name": "outside", "bot_is_member": False},
                               {"id": "C0KEY", "name": "secret", "private": True, "bot_is_member": False}],
                  "people": [{"id": "U0ANA", "name": "ana", "email": "ana@example.com", "tz": "Europe/Berlin"},
                             {"id": "U0OLD", "name": "old", "email": "old@example.com", "deleted": True}]}
        self.slack = Child("fake_slack.py", "--config", json.dumps(config | self.config))
        self.addCleanup(self.slack.end)
        self.base = f"http://127.0.0.1:{self.slack.facts['port']}"
        self.client = WebClient("xoxb-fake", base_url=f"{self.base}/api/", timeout=5, retry_handlers=[])

    def control(self, verb: str, expect: int = 200, **body: Any) -> Any:
        url = f"http://127.0.0.1:{self.slack.facts['control_port']}/_control/{verb}"
        status, answer = ask(url, None if verb == "state" else body)
        self.assertEqual(status, expect, answer)
        return answer

    def objections(self) -> list[str]:
        return [each["error"] or each["why"] for each in self.control("state")["objections"]]

    def refused(self, call: Callable[[], Any]) -> str:
        with self.assertRaises(SlackApiError) as caught:
            call()
        return caught.exception.response["error"]


class WebAPITests(FakeSlackCase):
    def test_a_legal_conversation_meets_no_objection(self) -> None:
        self.assertEqual(self.client.auth_test()["user_id"], "UBOT")
        mark = {"event_type": "page", "event_payload": {"page": "p-1"}}
        posted = self.client.chat_postMessage(channel="#ops", text="hi", blocks=BUTTONS, metadata=mark)
        self.assertEqual(posted["channel"], "C0OPS")
        reply = self.client.chat_postMessage(channel="C0OPS", text="more", thread_ts=posted["ts"])
        self.assertNotEqual(reply["ts"], posted["ts"])
        self.client.chat_update(channel="C0OPS", ts=posted["ts"], text="acknowledged", blocks=[])
        page = self.client.conversations_history(channel="C0OPS", include_all_metadata=True)
        self.assertEqual([each["text"] for each in page["messages"]], ["acknowledged"])
        self.assertEqual(page["messages"][0]["metadata"], mark)
        self.assertEqual(page["messages"][0]["reply_count"], 1)
        thread = self.client.conversations_replies(channel="C0OPS", ts=posted["ts"])
        self.assertEqual([each["text"] for each in thread["messages"]], ["acknowledged", "more"])
        self.assertEqual(self.client.users_lookupByEmail(email="ana@example.com")["user"]["tz"], "Europe/Berlin")
        self.assertTrue(self.client.users_info(user="U0OLD")["user"]["deleted"])
        self.assertEqual(self.refused(lambda: self.client.users_lookupByEmail(email="old@example.com")),
                         "users_not_found")
        direct = self.client.conversations_open(users=["U0ANA"])["channel"]["id"]
        self.assertEqual(self.client.chat_postMessage(channel="U0ANA", text="psst")["channel"], direct)
        self.client.chat_postEphemeral(channel="C0OPS", user="U0ANA", text="only you")
        state = self.control("state")
        self.assertEqual(state["objections"], [])
        self.assertEqual(state["channels"]["ops"]["messages"][0]["edits"], 1)
        self.assertEqual(state["ephemerals"][0]["text"], "only you")

    def test_what_slack_refuses_is_refused_and_written_down(self) -> None:
        post, long = self.client.chat_postMessage, "x" * 151
        header = [{"type": "header", "text": {"type": "plain_text", "text": long}}]
        twice = [{"type": "actions", "elements": BUTTONS[1]["elements"] * 2}]
        cases: list[tuple[str, Callable[[], Any]]] = [
            ("channel_not_found", lambda: post(channel="C0NONE", text="x")),
            ("channel_not_found", lambda: post(channel="C0KEY", text="x")),
            ("not_in_channel", lambda: post(channel="outside", text="x")),
            ("msg_too_long", lambda: post(channel="ops", text="x" * 40_001)),
            ("no_text", lambda: post(channel="ops", text="")),
            ("cant_update_message", lambda: self.client.chat_update(channel="C0OPS", ts=self.said(), text="mine")),
            ("message_not_found", lambda: self.client.chat_update(channel="C0OPS", ts="1.000001", text="x")),
            ("invalid_blocks", lambda: post(channel="U0ANA", text="x", blocks=header)),
            ("invalid_blocks", lambda: post(channel="U0ANA", text="x", blocks=twice)),
            ("invalid_blocks", lambda: post(channel="U0ANA", text="x", blocks=[{"type": "divider"}] * 51)),
            ("thread_not_found", lambda: post(channel="ops", text="x", thread_ts="1.000001")),
            ("invalid_thread_ts", lambda: post(channel="ops", text="x", thread_ts="soon")),
            ("user_not_in_channel", lambda: self.client.chat_postEphemeral(channel="C0OPS", user="U9", text="x")),
            ("invalid_auth", lambda: WebClient("xoxb-no", base_url=f"{self.base}/api/").auth_test()),
            ("not_allowed_token_type", lambda: self.client.apps_connections_open(app_token="xoxb-fake")),
            ("invalid_trigger_id", lambda: self.client.views_open(trigger_id="1.2.3", view={"type": "modal"})),
        ]
        for error, call in cases:
            with self.subTest(error=error):
                self.assertEqual(self.refused(call), error)
        self.assertEqual(self.objections(), [error for error, _ in cases])

    def said(self) -> str:
        self.control("configure", events=[])
        return self.control("say", user="ana", channel="ops", text="hello")["ts"]

    def test_json_is_not_read_where_slack_does_not_read_it(self) -> None:
        bearer = {"Authorization": "Bearer xoxb-fake"}
        _, answer = ask(f"{self.base}/api/users.lookupByEmail", {"email": "ana@example.com"}, bearer)
        self.assertEqual(answer["response_metadata"]["messages"], ["[ERROR] missing required field: email"])
        _, answer = ask(f"{self.base}/api/chat.postMessage", {"channel": "ops", "text": "x"}, bearer)
        self.assertEqual((answer["ok"], answer["warning"]), (True, "missing_charset"))

    def test_a_burst_of_five_is_taken_and_an_early_sixth_is_an_objection(self) -> None:
        for number in range(5):
            self.client.chat_postMessage(channel="ops", text=str(number))
        for _ in range(2):
            with self.assertRaises(SlackApiError) as caught:
                self.client.chat_postMessage(channel="ops", text="more")
            self.assertEqual(caught.exception.response.headers["Retry-After"], "1")
        self.client.chat_postMessage(channel="U0ANA", text="another channel has its own bucket")
        (objection,) = self.control("state")["objections"]
        self.assertRegex(objection["why"], r"^called again \d\.\d\d s early$")

    def test_faults_say_that_they_provoked_the_refusal(self) -> None:
        posted = self.client.chat_postMessage(channel="ops", text="x")
        self.control("fault", fault="archive", channel="ops")
        self.assertEqual(self.refused(lambda: self.client.chat_postMessage(channel="ops", text="y")), "is_archived")
        self.assertEqual(self.refused(lambda: self.client.chat_update(channel="C0OPS", ts=posted["ts"], text="y")),
                         "is_inactive")
        self.control("fault", fault="unarchive", channel="ops")
        self.control("fault", fault="kick", channel="ops")
        self.assertEqual(self.refused(lambda: self.client.chat_postMessage(channel="ops", text="y")), "not_in_channel")
        self.control("fault", fault="revoke_token")
        self.assertEqual(self.refused(self.client.auth_test), "token_revoked")
        self.control("fault", fault="restore_token")
        self.control("fault", fault="rate_limit", method="users.info", seconds=30)
        self.assertEqual(self.refused(lambda: self.client.users_info(user="U0ANA")), "ratelimited")
        self.assertTrue(all(each["provoked"] for each in self.control("state")["objections"]))

    def test_a_lost_answer_is_in_doubt_and_posting_again_is_an_objection(self) -> None:
        self.control("fault", fault="lose_answer", n=1)
        mark = {"event_type": "page", "event_payload": {"id": "1"}}
        call: Any = {"channel": "C0OPS", "text": "page", "metadata": mark}
        self.assertLost(lambda: self.client.chat_postMessage(**call))
        self.assertEqual(self.client.conversations_history(channel="C0OPS")["messages"][0]["text"], "page")
        self.assertEqual(self.objections(), [])
        self.client.chat_postMessage(**call)
        self.assertIn("posted again, after looking", self.objections()[0])

    def test_the_sdk_s_own_retry_posts_twice_and_is_caught(self) -> None:
        self.control("fault", fault="lose_answer", n=1)
        WebClient("xoxb-fake", base_url=f"{self.base}/api/").chat_postMessage(channel="C0OPS", text="page")
        self.assertEqual(len(self.control("state")["channels"]["ops"]["messages"]), 2)
        self.assertIn("posted again, without looking", self.objections()[0])

    def test_away_is_refused_hung_or_503_and_comes_back_on_the_same_port(self) -> None:
        for mode in ("refuse", "hang", "503"):
            with self.subTest(mode=mode):
                self.control("fault", fault="go_away", mode=mode)
                impatient = WebClient("xoxb-fake", base_url=f"{self.base}/api/", timeout=1, retry_handlers=[])
                self.assertLost(impatient.auth_test)
                self.control("command", 409, user="ana", channel="ops", command="/tocsin", text="who")
                self.control("fault", fault="come_back")
                self.assertTrue(self.client.auth_test()["ok"])

    def assertLost(self, call: Callable[[], Any]) -> None:
        with self.assertRaises((URLError, OSError, HTTPException, SlackApiError)):
            call()


class DeliveryTests(FakeSlackCase):
    def test_a_slash_command_is_signed_and_its_answer_is_seen(self) -> None:
        self.app.answer = lambda path, body: (200, "application/json", json.dumps(
            {"response_type": "in_channel" if "who" in body else "ephemeral", "text": "Ana is on call"}))
        answer = self.control("command", user="ana", channel="ops", command="/tocsin", text="who & @ana")
        self.assertEqual((answer["status"], answer["timed_out"]), (200, False))
        path, headers, raw = self.app.got[0]
        fields = {key: values[0] for key, values in parse_qs(raw, keep_blank_values=True).items()}
        self.assertEqual(headers["Content-Type"], "application/x-www-form-urlencoded")
        self.assertEqual((path, fields["text"]), ("/commands", "who &amp; <@U0ANA|ana>"))
        self.control("command", user="ana", channel="ops", command="/tocsin", text="help")
        state = self.control("state")
        self.assertEqual(state["channels"]["ops"]["messages"][0]["text"], "Ana is on call")
        self.assertEqual(state["ephemerals"][0]["via"], "command")
        for use in range(5):
            self.assertEqual(ask(fields["response_url"], {"text": f"later {use}"}), (200, "ok"))
        self.assertEqual(ask(fields["response_url"], {"text": "once more"}), (404, "used_url"))
        self.assertEqual(len(self.control("state")["response_posts"]), 5)
        self.assertEqual(self.objections(), ["used_url"])
        view = {"type": "modal", "title": {"type": "plain_text", "text": "Note"}, "blocks": [{"type": "divider"}]}
        self.client.views_open(trigger_id=fields["trigger_id"], view=view)
        self.assertEqual(self.refused(lambda: self.client.views_open(trigger_id=fields["trigger_id"], view=view)),
                         "exchanged_trigger_id")

    def test_only_a_button_that_is_there_can_be_pressed(self) -> None:
        ts = self.client.chat_postMessage(channel="ops", text="INC-42", blocks=BUTTONS)["ts"]
        self.control("press", 409, user="ana", channel="ops", ts=ts, action_id="rollback")
        self.assertEqual(self.control("press", user="ana", channel="ops", ts=ts, action_id="ack")["status"], 200)
        payload = json.loads(parse_qs(self.app.got[0][2])["payload"][0])
        self.assertEqual(payload["actions"][0]["value"], "INC-42")
        self.assertEqual(payload["container"]["message_ts"], ts)
        ask(payload["response_url"], {"replace_original": True, "text": "taken"})
        shown = self.control("state")["channels"]["ops"]["messages"][0]
        self.assertEqual((shown["text"], shown["blocks"]), ("taken", []))
        self.control("press", 409, user="ana", channel="ops", ts=ts, action_id="ack")
        self.assertEqual(self.objections(), [])

    def test_a_failed_event_is_retried_with_its_number_and_reason(self) -> None:
        self.app.answer = lambda path, body: (500 if len(self.app.got) < 3 else 200, "text/plain", "")
        answer = self.control("say", user="ana", channel="ops", text="<@UBOT> who")
        self.assertEqual((answer["status"], answer["delivered"]), (500, True))
        self.assertTrue(self.control("settle", seconds=5)["settled"])
        numbers = [headers.get("X-Slack-Retry-Num") for _, headers, _ in self.app.got]
        self.assertEqual(numbers, [None, "1", "2"])
        self.assertEqual(self.app.got[1][1]["X-Slack-Retry-Reason"], "http_error")
        self.assertEqual(len({json.loads(raw)["event_id"] for _, _, raw in self.app.got}), 1)
        self.assertFalse(self.control("say", user="ana", channel="ops", text="just talk")["delivered"])

    def test_a_late_answer_is_a_timeout(self) -> None:
        def late(path: str, body: str) -> tuple[int, str, str]:
            self.app.released.wait(10)
            return 200, "text/plain", "too late"

        self.app.answer = late
        answer = self.control("command", user="ana", channel="ops", command="/tocsin", text="who")
        self.assertEqual((answer["timed_out"], answer["seen"]), (True, "operation_timeout"))

    def test_forged_stale_replayed_and_duplicate_requests_are_what_they_say(self) -> None:
        say: Any = {"user": "ana", "channel": "ops", "text": "<@UBOT> who"}
        self.control("configure", retry_delays=[])
        for trick in ("forged", "stale"):
            self.control("fault", fault=trick)
            self.assertEqual(self.control("say", **say)["status"], 401)
        self.control("say", **say)
        self.assertEqual(self.control("fault", fault="replay")["status"], 200)
        self.assertEqual(self.app.got[-1], self.app.got[-2])
        self.control("fault", fault="duplicate")
        self.assertEqual(len(self.control("say", **say)["others"]), 1)
        self.assertEqual(self.app.got[-1][2], self.app.got[-2][2])
        self.assertEqual(self.objections(), [])

    def test_the_challenge_of_the_events_url_must_come_back(self) -> None:
        self.assertFalse(self.control("verify_url")["verified"])
        self.app.answer = lambda path, body: (200, "text/plain", json.loads(body)["challenge"])
        self.assertTrue(self.control("verify_url")["verified"])


class SocketModeTests(FakeSlackCase):
    config = {"delivery": "socket", "ping_seconds": 0.3}

    def connect(self, answers: Any) -> SocketModeClient:
        client = SocketModeClient("xapp-fake", web_client=self.client, auto_reconnect_enabled=False)
        client.socket_mode_request_listeners.append(answers)
        hello = threading.Event()
        client.message_listeners.append(lambda _, message, __: hello.set() if message["type"] == "hello" else None)
        client.connect()
        self.addCleanup(client.close)
        self.assertTrue(hello.wait(5))
        return client

    def test_slack_s_own_client_gets_and_acknowledges_envelopes(self) -> None:
        seen: list[Any] = []

        def answer(client: SocketModeClient, request: Any) -> None:
            seen.append((request.type, request.retry_attempt, request.payload))
            payload = {"text": "Ana"} if request.type == "slash_commands" else None
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

        client = self.connect(answer)
        self.assertEqual(self.control("state")["sockets"], 1)
        command = self.control("command", user="ana", channel="ops", command="/tocsin", text="who")
        self.assertEqual(json.loads(command["body"]), {"text": "Ana"})
        self.control("fault", fault="duplicate")
        self.control("say", user="ana", channel="ops", text="<@UBOT> who")
        ts = self.client.chat_postMessage(channel="ops", text="INC-42", blocks=BUTTONS)["ts"]
        self.control("press", user="ana", channel="ops", ts=ts, action_id="ack")
        self.assertEqual([kind for kind, _, _ in seen],
                         ["slash_commands", "events_api", "events_api", "interactive"])
        self.assertEqual(self.control("state")["ephemerals"][0]["text"], "Ana")
        self.assertEqual(self.objections(), [])
        client.send_message("not JSON")
        client.send_message('{"envelope_id": "none"}')
        self.control("say", user="ana", channel="ops", text="<@UBOT> still there?")
        self.assertEqual(len(self.objections()), 2)

    def test_an_envelope_acknowledged_never_or_twice_is_an_objection(self) -> None:
        def answer(client: SocketModeClient, request: Any) -> None:
            if request.type == "slash_commands":
                for _ in range(2):
                    client.send_socket_mode_response(SocketModeResponse(request.envelope_id))

        self.connect(answer)
        self.control("configure", retry_delays=[0])
        self.control("command", user="ana", channel="ops", command="/tocsin", text="who")
        self.assertTrue(self.control("say", user="ana", channel="ops", text="<@UBOT> who")["timed_out"])
        self.control("settle", seconds=5)
        said = self.objections()
        self.assertEqual(len([each for each in said if "acknowledged twice" in each]), 1)
        self.assertEqual(len([each for each in said if "not acknowledged" in each]), 2)

    def test_a_warning_lets_the_client_open_the_next_connection_before_the_old_one_ends(self) -> None:
        again = threading.Event()
        client = self.connect(lambda client, request: client.send_socket_mode_response(
            SocketModeResponse(request.envelope_id)))
        client.message_listeners.append(lambda _, message, __: again.set() if message["type"] == "hello" else None)
        self.control("fault", fault="disconnect", reason="warning", seconds=3)
        self.assertTrue(again.wait(5))
        answer = self.control("command", user="ana", channel="ops", command="/tocsin", text="who")
        self.assertEqual(answer["status"], 200)
        self.assertTrue(self.control("settle", seconds=10)["settled"])
        self.assertEqual((self.control("state")["sockets"], self.objections()), (1, []))

    def test_a_dropped_socket_and_a_used_ticket(self) -> None:
        client = self.connect(lambda client, request: None)
        used = client.wss_uri
        self.control("fault", fault="drop_socket")
        answer = self.control("command", user="ana", channel="ops", command="/tocsin", text="who")
        self.assertEqual(answer["seen"], "dispatch_failed")
        again = SocketModeClient("xapp-fake", web_client=self.client, auto_reconnect_enabled=False)
        self.addCleanup(again.close)
        again.wss_uri = used
        try:
            again.connect()
        except Exception:  # slack_sdk raises a bare Exception for a refused handshake.
            pass
        self.assertIn("a ticket used twice", self.objections())


class SignatureTests(unittest.TestCase):
    def test_vectors_are_those_of_slack_s_verifier(self) -> None:
        given = [{"timestamp": "1772330584", "body": ""}, {"timestamp": 1772330584, "body": "text=ä"}]
        ran = subprocess.run([sys.executable, str(HERE / "slack_signatures.py"), SECRET], input=json.dumps(given),
                             capture_output=True, text=True, check=True)
        vectors = json.loads(ran.stdout)
        self.assertEqual(vectors[0]["signature"],
                         "v0=b7bbc83a2500943494aa0d17b60e866bcb822b3c6c5acf712cdde040f1a59efe")
        self.assertEqual([each["body"] for each in vectors], ["", "text=ä"])


if __name__ == "__main__":
    unittest.main()
