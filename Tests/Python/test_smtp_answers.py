"""The scripted mail server, checked with Python's own client."""

from __future__ import annotations

import base64
import smtplib
import ssl
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Any

from children import Child, ask

MAIL = b"Subject: [P1] INC-42\r\nMessage-ID: <1@example.com>\r\n\r\nranker p99\r\n"


class SMTPAnswersTests(unittest.TestCase):
    def start(self, *arguments: str) -> None:
        self.server = Child("smtp_answers.py", *arguments)
        self.addCleanup(self.server.end)

    def control(self, verb: str, body: Any = None) -> Any:
        return ask(f"http://127.0.0.1:{self.server.facts['control_port']}/{verb}", body)[1]

    def client(self, timeout: float = 5) -> smtplib.SMTP:
        client = smtplib.SMTP("127.0.0.1", self.server.facts["port"], "bot.example.com", timeout)
        self.addCleanup(client.close)
        return client

    def send(self, to: str, sender: str = "oncall@example.com", timeout: float = 5) -> int:
        """The code that decided. 250 when it was taken, 0 when the connection broke or nothing came."""
        try:
            self.client(timeout).sendmail(sender, [to], MAIL)
        except smtplib.SMTPRecipientsRefused as refused:
            return refused.recipients[to][0]
        except smtplib.SMTPResponseException as refused:
            return refused.smtp_code
        except (smtplib.SMTPServerDisconnected, OSError):
            return 0
        return 250

    def test_the_recipient_tells_what_is_answered_where(self) -> None:
        self.start()
        for address, code in (("rcpt-250@x.test", 250), ("ana@x.test", 250), ("rcpt-451@x.test", 451),
                              ("rcpt-550@x.test", 550), ("data-452@x.test", 452), ("end-554@x.test", 554),
                              ("end-451@x.test", 451), ("end-drop@x.test", 0), ("rcpt-drop@x.test", 0)):
            with self.subTest(address):
                self.assertEqual(self.send(address), code)
        self.assertEqual(self.send("ana@x.test", "mail-450@x.test"), 450)
        self.assertEqual(self.send("end-hang@x.test", timeout=0.3), 0)
        received = self.control("_received")
        self.assertEqual([(each["to"][0].partition("@")[0], each["answered"]) for each in received],
                         [("rcpt-250", True), ("ana", True), ("end-drop", False), ("end-hang", False)])
        self.assertEqual(base64.b64decode(received[0]["source"]), MAIL)
        self.assertEqual(received[0]["objections"], [])

    def test_control_tells_every_stage(self) -> None:
        self.start()
        for stage, answer in (("connect", 554), ("connect", 421), ("mail", 421), ("rcpt", 452), ("data", 554),
                              ("end", 552)):
            with self.subTest(stage):
                self.control("_script", {"stage": stage, "answer": answer, "times": 1})
                self.assertEqual(self.send("ana@x.test"), answer)
                self.assertEqual(self.send("ana@x.test"), 250)
        self.control("_script", {"stage": "ehlo", "answer": "drop"})
        self.assertEqual(self.send("ana@x.test"), 0)
        self.control("_reset", {})
        self.assertEqual(self.send("ana@x.test"), 250)
        self.assertIn("error", self.control("_script", {"stage": "lunch", "answer": "451"}))

    def test_authentication_over_starttls(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            cert, key = Path(folder) / "cert.pem", Path(folder) / "key.pem"
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                            "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                            "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
            self.start("--user", "u", "--password", "p", "--cert", str(cert), "--key", str(key), "--require-starttls")
            self.assertEqual(self.send("ana@x.test"), 530)
            context = ssl.create_default_context(cafile=str(cert))
        for method in ("auth_plain", "auth_login"):
            client = self.client()
            client.starttls(context=context)
            client.ehlo()
            client.user, client.password = "u", "wrong"
            with self.assertRaises(smtplib.SMTPAuthenticationError) as refused:
                client.auth(method.removeprefix("auth_").upper(), getattr(client, method))
            self.assertEqual(refused.exception.smtp_code, 535)
            client.password = "p"
            client.auth(method.removeprefix("auth_").upper(), getattr(client, method))
            client.sendmail("oncall@example.com", ["ana@x.test"], MAIL)
        self.assertEqual([(each["tls"], each["user"]) for each in self.control("_received")], [(True, "u")] * 2)
