"""A mail server that answers as it is told, at the stage it is told.

    python smtp_answers.py --ready FILE [--user U --password P] [--cert F --key F [--require-starttls]]

FILE then holds {"port": …, "control_port": …}. The recipient's local part is a script: `rcpt-451@x`, `data-421@x`,
`end-554@x`, `end-drop@x`, `end-hang@x`; the sender's too: `mail-450@x`. `drop` resets the connection, `hang` never
answers, 2xx takes it. Every stage can also be told by control, which goes first:
POST /_script {"stage": "connect|ehlo|auth|mail|rcpt|data|end", "answer": "451|drop|hang", "text"?, "times"?}
(`times` 0, the default, means until /_reset). GET /_received gives every message that was taken, also those whose
final answer was lost (`answered` false). GET /_attempts gives every scripted answer. POST /_reset forgets all.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import logging
import re
import ssl
import time
import warnings
from pathlib import Path
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from serving import cut, until_told_to_end, write_ready

# Loopback only: a password without TLS is what some tests want.
warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS")
logging.getLogger("mail.log").setLevel(logging.ERROR)

STAGES = ("connect", "ehlo", "auth", "mail", "rcpt", "data", "end")
SCRIPTED_ADDRESS = re.compile(r"(mail|rcpt|data|end)-([2345]\d\d|drop|hang)(?:[.+-].*)?@", re.IGNORECASE)
# RFC 3463 codes and the words real servers use with them.
REASONS = {
    421: "4.3.2 Service shutting down", 450: "4.2.0 Mailbox busy", 451: "4.3.0 Try again later",
    452: "4.2.2 Mailbox full", 454: "4.7.0 Temporary authentication failure", 530: "5.7.0 Must authenticate first",
    535: "5.7.8 Authentication credentials invalid", 550: "5.1.1 No such mailbox", 551: "5.1.6 User has moved",
    552: "5.2.2 Over quota", 553: "5.1.3 Address syntax", 554: "5.7.1 Refused by policy",
}


class Script:
    """What is answered where, and what became of it."""

    def __init__(self) -> None:
        self.told: dict[str, dict[str, Any]] = {}
        self.received: list[dict[str, Any]] = []
        self.attempts: list[dict[str, Any]] = []

    def tell(self, stage: str, answer: str, text: str = "", times: int = 0) -> None:
        if stage not in STAGES or not re.fullmatch(r"[2345]\d\d|drop|hang", answer):
            raise ValueError(f"no stage {stage} with answer {answer}")
        self.told[stage] = {"answer": answer, "text": text, "left": times or None}

    def answer(self, stage: str, address: str = "") -> tuple[str, str] | None:
        """The scripted answer (a code, `drop` or `hang`) and its text, or None to behave."""
        told = self.told.get(stage)
        if told:
            if told["left"] is not None:
                told["left"] -= 1
                if told["left"] == 0:
                    del self.told[stage]
            found = (told["answer"], told["text"])
        else:
            match = SCRIPTED_ADDRESS.match(address)
            if not match or match.group(1).lower() != stage:
                return None
            found = (match.group(2).lower(), "")
        self.attempts.append({"at": time.time(), "stage": stage, "answer": found[0], "address": address})
        return found if not found[0].startswith("2") else None

    def keep(self, session: Any, envelope: Any, answered: bool) -> None:
        source: bytes = envelope.original_content
        faults = ["a bare LF"] if re.search(rb"(?<!\r)\n", source) else []
        faults += ["a bare CR"] if re.search(rb"\r(?!\n)", source) else []
        faults += ["a line over 998 octets"] if any(len(line) > 998 for line in source.split(b"\r\n")) else []
        self.received.append({
            "at": time.time(), "from": envelope.mail_from, "to": envelope.rcpt_tos, "answered": answered,
            "tls": session.ssl is not None, "user": session.auth_data, "ehlo": session.host_name,
            "objections": faults, "source": base64.b64encode(source).decode()})


class ScriptedSMTP(SMTP):
    """aiosmtpd's server, asked for its script before each stage."""

    def __init__(self, script: Script, **options: Any) -> None:
        self.script = script
        super().__init__(self, hostname="mail.example.test", ident="ESMTP", **options)

    async def _perform(self, stage: str, address: str = "") -> bool:
        """Gives the scripted answer. False when there is none."""
        scripted = self.script.answer(stage, address)
        if not scripted:
            return False
        answer, text = scripted
        if answer in ("drop", "hang"):
            if answer == "drop":
                cut(self.transport)
            await asyncio.Event().wait()  # Ends when the connection does: aiosmtpd cancels its handler then.
        code = int(answer)
        await self.push(f"{code} {text or REASONS.get(code, f'{code // 100}.0.0 As scripted')}")
        if (code == 421 or stage == "connect") and self.transport is not None:
            self.transport.close()
        return True

    async def _handle_client(self) -> None:
        if not (self._tls_protocol is None and await self._perform("connect")):
            await super()._handle_client()

    async def smtp_EHLO(self, hostname: str) -> None:
        if not await self._perform("ehlo"):
            await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:
        if not await self._perform("ehlo"):
            await super().smtp_HELO(hostname)

    async def smtp_AUTH(self, arg: str) -> None:
        if not await self._perform("auth"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        if not await self._perform("mail", address_in(arg)):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        if not await self._perform("rcpt", address_in(arg)):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        for recipient in self.envelope.rcpt_tos if self.envelope else []:
            if SCRIPTED_ADDRESS.match(recipient) and await self._perform("data", recipient):
                return
        if "data" not in self.script.told or not await self._perform("data"):
            await super().smtp_DATA(arg)

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        """After the final dot. What is dropped or left hanging was taken all the same: the sender is in doubt."""
        told = self.script.told.get("end", {}).get("answer", "")
        for recipient in [""] if told else envelope.rcpt_tos:
            match = SCRIPTED_ADDRESS.match(recipient)
            answer = told or (match.group(2).lower() if match and match.group(1).lower() == "end" else "")
            if answer in ("drop", "hang"):
                self.script.keep(session, envelope, answered=False)
            if answer and await self._perform("end", recipient):
                return ""
        self.script.keep(session, envelope, answered=True)
        return "250 2.0.0 queued"

    async def push(self, status: Any) -> None:
        """Nothing is sent for an answer that was already given."""
        if status:
            await super().push(status)


def address_in(argument: str | None) -> str:
    """The address within `FROM:<…>` or `TO:<…>`."""
    match = re.search(r"<([^>]*)>", argument or "")
    return match.group(1) if match else ""


def authenticator(user: str, password: str) -> Any:
    """Takes one user with one password, by PLAIN or LOGIN."""

    def check(server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=good, handled=good, auth_data=user if good else None,
                          message=None if good else "535 5.7.8 Authentication credentials invalid")

    return check


class Control:
    """The test's side, over HTTP."""

    def __init__(self, script: Script) -> None:
        self.script = script

    async def received(self, request: web.Request) -> web.Response:
        return web.json_response(self.script.received)

    async def attempts(self, request: web.Request) -> web.Response:
        return web.json_response(self.script.attempts)

    async def tell(self, request: web.Request) -> web.Response:
        try:
            told = await request.json()
            self.script.tell(told["stage"], str(told["answer"]), told.get("text", ""), told.get("times", 0))
        except (ValueError, KeyError, TypeError) as problem:
            return web.json_response({"error": str(problem)}, status=400)
        return web.json_response({})

    async def reset(self, request: web.Request) -> web.Response:
        for held in (self.script.told, self.script.received, self.script.attempts):
            held.clear()
        return web.json_response({})


async def serve(arguments: argparse.Namespace) -> None:
    """Serves until SIGTERM or SIGINT."""
    script, options = Script(), {}
    if arguments.cert:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(arguments.cert, arguments.key)
        options = {"tls_context": context, "require_starttls": arguments.require_starttls}
    if arguments.user:
        options |= {"authenticator": authenticator(arguments.user, arguments.password), "auth_required": True}
    options["auth_require_tls"] = bool(arguments.cert)
    server = await asyncio.get_running_loop().create_server(
        lambda: ScriptedSMTP(script, **options), "127.0.0.1", arguments.port)
    control, app = Control(script), web.Application()
    app.add_routes([web.get("/_received", control.received), web.get("/_attempts", control.attempts),
                    web.post("/_script", control.tell), web.post("/_reset", control.reset)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    write_ready(arguments.ready, {"port": server.sockets[0].getsockname()[1],
                                  "control_port": runner.addresses[0][1]})
    await until_told_to_end()
    server.close()
    await runner.cleanup()


def main() -> None:
    """Reads the command line and serves."""
    parser = argparse.ArgumentParser(description="A mail server that answers as it is told.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ready", type=Path, required=True)
    parser.add_argument("--user")
    parser.add_argument("--password", default="")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--require-starttls", action="store_true")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
