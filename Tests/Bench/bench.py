#!/usr/bin/env python3
"""Tocsin beside Debian's Alertmanager, the same alerts, in one run; figures and their ratios.

Alertmanager keeps alerts in memory and loses the last ones in a crash; Tocsin answers 2xx only when they are on disk.
So these are not two solutions of one task: the ratio says what durability and paging cost.

Two figures stand alone: how long a page by mail takes to a real server's mailbox, and how long another person's first
page takes while a storm comes in.

Needs wrk, prometheus-alertmanager and postfix (`make bench` installs them). Everything listens on loopback.
"""

import argparse
import asyncio
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from postfix import Postfix

KEY = "0123456789abcdef0123456789abcdef"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

TOCSIN = """
defaults: {{unrouted: ranker, last_resort: {{page: [user ana]}}}}
users: {{ana: {{name: Ana Lindt, zone: Europe/Berlin, high: [webhook now]}}}}
policies: {{ml: {{steps: [{{page: [user ana], wait: 30m}}]}}}}
services: {{ranker: {{policy: ml}}}}
integrations: {{prod: {{type: alertmanager, key: {{env: KEY_AM}}}}}}
channels: {{webhook: {{url: "http://127.0.0.1:{receiver}/page", secret: {{env: WEBHOOK_SECRET}}}}}}
"""

# Many people with a service each, so that no page waits to be told with another one.
MANY = """
defaults: {{unrouted: s0, last_resort: {{page: [user u0]}}}}
users:
{users}
policies:
{policies}
services: {{{services}}}
routes:
{routes}
integrations: {{prod: {{type: alertmanager, key: {{env: KEY_AM}}}}}}
channels: {{{channel}}}
"""

ALERTMANAGER = """
route: {{receiver: all, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 4h}}
receivers: [{{name: all, webhook_configs: [{{url: "http://127.0.0.1:{receiver}/page"}}]}}]
"""

# One body a call, every alert new. `per` alerts a request; `groups` is how many groups they fall into, 0 for one each.
WRK = """
local per, groups, kind, run = {per}, {groups}, "{kind}", "{run}"
local thread = 0
function setup(t) t:set("id", thread); thread = thread + 1 end
local n = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local function alert(seq, group)
  local labels = '{{"alertname":"' .. group .. '","severity":"critical","instance":"' .. seq .. '"}}'
  if kind == "tocsin" then
    return '{{"status":"firing","labels":' .. labels .. ',"annotations":{{"summary":"p99 is high"}},' ..
      '"startsAt":"2026-11-23T09:34:08.443Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"' .. seq .. '"}}'
  end
  return '{{"labels":' .. labels .. ',"annotations":{{"summary":"p99 is high"}}}}'
end
function request()
  local parts = {{}}
  n = n + 1
  local group = run .. "g" .. id .. "x" .. (groups == 0 and n or n % groups)
  for i = 1, per do parts[i] = alert(run .. "s" .. id .. "x" .. n .. "x" .. i, group) end
  local body = "[" .. table.concat(parts, ",") .. "]"
  if kind == "tocsin" then
    body = '{{"version":"4","status":"firing","groupKey":"{{}}:' .. group .. '","alerts":' .. body .. '}}'
  end
  return wrk.format(nil, nil, nil, body)
end
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Receiver:
    """Takes pages and notes when each alert's first one arrived."""

    def __init__(self):
        self.arrived = {}
        self.count = 0

    async def start(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0, backlog=1024)
        self.port = self.server.sockets[0].getsockname()[1]

    async def serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(re.search(rb"content-length: *(\d+)", head, re.I).group(1))
                body = await reader.readexactly(length)
                now = time.perf_counter()
                self.count += 1
                for name in re.findall(rb'"instance":"([^"]+)"', body):
                    self.arrived.setdefault(name.decode(), now)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()


class Program:
    def __init__(self, kind, receiver, tocsin, configuration=None, contacts=None):
        self.kind = kind
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"bench-{kind}-"))
        self.port = free_port()
        if kind == "tocsin":
            (self.folder / "tocsin.yaml").write_text(configuration or TOCSIN.format(receiver=receiver))
            if contacts:
                (self.folder / "contacts.yaml").write_text(contacts)
            command = [tocsin, "serve", "--config", "tocsin.yaml", "--database", "tocsin.db", "--quiet",
                       "--port", str(self.port), "--log-level", "error"]
            self.path, ready = f"/hooks/{KEY}", "/readyz"
        else:
            (self.folder / "am.yml").write_text(ALERTMANAGER.format(receiver=receiver))
            command = ["prometheus-alertmanager", "--config.file=am.yml", "--storage.path=data", "--cluster.listen-address=",
                       f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=error"]
            self.path, ready = "/api/v2/alerts", "/-/ready"
        self.log = open(self.folder / "output", "wb")
        self.process = subprocess.Popen(
            command, cwd=self.folder, stdout=self.log, stderr=self.log,
            env={**os.environ, "KEY_AM": KEY, "WEBHOOK_SECRET": SECRET})
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if urllib.request.urlopen(self.url(ready), timeout=1).status == 200:
                    return
            except OSError:
                time.sleep(0.02)
        sys.exit(f"{kind} did not start: {(self.folder / 'output').read_text()}")

    def url(self, path=None):
        return f"http://127.0.0.1:{self.port}{path or self.path}"

    def peak_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024

    def stop(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


async def intake(program, per, groups, seconds, run):
    script = program.folder / "load.lua"
    script.write_text(WRK.format(per=per, groups=groups, kind=program.kind, run=run))
    process = await asyncio.create_subprocess_exec(
        "wrk", "-t1", "-c16", f"-d{seconds}s", "--timeout", "10s", "-s", str(script), program.url(),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = (await process.communicate())[0].decode()
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1))
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    refused = int(bad.group(1)) / seconds if bad else 0
    return (rate - refused) * per, refused


async def latency(program, receiver, count, run):
    """Alert to webhook, one at a time, each in a group of its own. Milliseconds, sorted."""
    reader, writer = await asyncio.open_connection("127.0.0.1", program.port)
    times = []
    for i in range(count):
        name = f"{run}L{i}"
        labels = {"alertname": name, "severity": "critical", "instance": name}
        alert = {"labels": labels, "annotations": {"summary": "p99 is high"}}
        if program.kind == "tocsin":
            alert |= {"status": "firing", "startsAt": "2026-11-23T09:34:08.443Z", "fingerprint": name}
            body = {"version": "4", "status": "firing", "groupKey": name, "alerts": [alert]}
        else:
            body = [alert]
        data = json.dumps(body).encode()
        begun = time.perf_counter()
        writer.write(
            f"POST {program.path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(data)}\r\n\r\n".encode() + data)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: *(\d+)", head, re.I)
        if length:
            await reader.readexactly(int(length.group(1)))
        while name not in receiver.arrived and time.perf_counter() - begun < 10:
            await asyncio.sleep(0.0002)
        times.append((receiver.arrived.get(name, begun + 10) - begun) * 1000)
    writer.close()
    return sorted(times)


def many(count, method, channel):
    return MANY.format(
        users="\n".join(f"  u{i}: {{name: U {i}, zone: UTC, high: [{method} now]}}" for i in range(count)),
        policies="\n".join(f"  p{i}: {{steps: [{{page: [user u{i}], wait: 30m}}]}}" for i in range(count)),
        services=", ".join(f"s{i}: {{policy: p{i}}}" for i in range(count)),
        routes="\n".join(f"  - {{match: 'service=\"s{i}\"', service: s{i}}}" for i in range(count)),
        channel=channel)


async def post(port, service, name, connection=None):
    """One alert, answered. The connection is kept for the next one."""
    reader, writer = connection or await asyncio.open_connection("127.0.0.1", port)
    labels = {"alertname": name, "severity": "critical", "instance": name, "service": service}
    alert = {"labels": labels, "annotations": {"summary": "p99 is high"}, "status": "firing",
             "startsAt": "2026-11-23T09:34:08.443Z", "fingerprint": name}
    data = json.dumps({"version": "4", "status": "firing", "groupKey": name, "alerts": [alert]}).encode()
    writer.write(
        f"POST /hooks/{KEY} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(data)}\r\n\r\n".encode() + data)
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: *(\d+)", head, re.I)
    if length:
        await reader.readexactly(int(length.group(1)))
    return int(head.split(b" ", 2)[1]), (reader, writer)


async def mail(tocsin, count):
    """Alert to mailbox, one at a time, each to a person of their own: TLS, acceptance, and postfix's own queue.
    Milliseconds, sorted."""
    postfix = Postfix(free_port())
    channel = (f"smtp: {{host: localhost, port: {postfix.port}, from: tocsin@example.test, "
               f'ca_file: "{postfix.certificate}"}}')
    contacts = "".join(f"u{i}: {{mail: u{i}@example.test}}\n" for i in range(count))
    program = Program("tocsin", 0, tocsin, many(count, "mail", channel), contacts)
    try:
        begun, connection = {}, None
        for i in range(count):
            begun[f"Mail{i}x"] = time.time()
            status, connection = await post(program.port, f"s{i}", f"Mail{i}x", connection)
            assert status < 300, status
            await asyncio.sleep(0.05)
        deadline = time.monotonic() + 30
        while len(arrived := postfix.arrivals()) < count and time.monotonic() < deadline:
            await asyncio.sleep(0.2)
        named = {re.search(r"Mail\d+x", text).group(): at for text, at in arrived.items()}
        if len(named) < count:
            sys.exit(f"only {len(named)} of {count} mails arrived: {(postfix.folder / 'mail.log').read_text()[-2000:]}")
        # The first ones pay for the first connection and postfix's first processes.
        return sorted((named[name] - at) * 1000 for name, at in list(begun.items())[20:])
    finally:
        program.stop()
        postfix.stop()


async def storm(tocsin, alerts, seconds, others):
    """While that many alerts a minute come in for one person: alert to webhook of others, a new one each time.
    Answers their times in milliseconds, sorted, and how many alerts of the storm were turned away."""
    receiver = Receiver()
    await receiver.start()
    channel = f'webhook: {{url: "http://127.0.0.1:{receiver.port}/page", secret: {{env: WEBHOOK_SECRET}}}}'
    program = Program("tocsin", 0, tocsin, many(others + 1, "webhook", channel))
    turned_away, times, lanes, start = 0, [], 8, time.perf_counter()

    async def lane(number):
        nonlocal turned_away
        connection = None
        for i in range(number, alerts, lanes):
            await asyncio.sleep(max(0, start + i * seconds / alerts - time.perf_counter()))
            status, connection = await post(program.port, "s0", f"Storm{i}", connection)
            turned_away += status >= 300

    async def other():
        connection = None
        for i in range(1, others + 1):
            await asyncio.sleep(max(0, start + i * seconds / (others + 1) - time.perf_counter()))
            begun = time.perf_counter()
            _, connection = await post(program.port, f"s{i}", f"Other{i}", connection)
            while f"Other{i}" not in receiver.arrived and time.perf_counter() - begun < 10:
                await asyncio.sleep(0.0005)
            times.append((receiver.arrived.get(f"Other{i}", begun + 10) - begun) * 1000)

    try:
        await asyncio.gather(other(), *(lane(number) for number in range(lanes)))
        return sorted(times), turned_away
    finally:
        program.stop()
        receiver.server.close()


def spread(times):
    return statistics.median(times), times[min(len(times) - 1, int(len(times) * 0.99))]


FIGURES = [
    ("intake, 1 alert a request, 50 groups", "alerts/s", "{:,.0f}"),
    ("intake, 1 alert a request, each a group", "alerts/s", "{:,.0f}"),
    ("intake, 100 alerts a request, 50 groups", "alerts/s", "{:,.0f}"),
    ("alert to webhook, p50", "ms", "{:.2f}"),
    ("alert to webhook, p99", "ms", "{:.2f}"),
    ("memory at its peak", "MiB", "{:,.0f}"),
]


async def measure(kind, tocsin, seconds, count, round_):
    receiver = Receiver()
    await receiver.start()
    figures = []
    refusals = 0
    peak = 0
    # A fresh process for each, so that none pays for the backlog of the one before.
    for step, (per, groups) in enumerate([(1, 50), (1, 0), (100, 50)]):
        program = Program(kind, receiver.port, tocsin)
        rate, refused = await intake(program, per, groups, seconds, f"r{round_}i{step}")
        figures.append(rate)
        refusals += refused
        peak = max(peak, program.peak_mib())
        program.stop()
    program = Program(kind, receiver.port, tocsin)
    await latency(program, receiver, 20, f"r{round_}w")
    times = await latency(program, receiver, count, f"r{round_}m")
    figures += spread(times)
    peak = max(peak, program.peak_mib())
    program.stop()
    receiver.server.close()
    return figures + [peak], refusals


def show(results, rounds):
    print(f"\nmedian of {rounds} rounds, taken in turn\n")
    print(f"{'':42} {'Tocsin':>12} {'Alertmanager':>14} {'':9} {'ratio':>8}   each round")
    for index, (name, unit, form) in enumerate(FIGURES):
        ours = [r[index] for r in results["tocsin"]]
        theirs = [r[index] for r in results["alertmanager"]]
        ratios = [a / b for a, b in zip(ours, theirs)]
        print(
            f"{name:42} {form.format(statistics.median(ours)):>12} {form.format(statistics.median(theirs)):>14} "
            f"{unit:9} {statistics.median(ratios):8.3f}   {' '.join(f'{r:.3f}' for r in ratios)}")


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tocsin", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--alerts", type=int, default=300, help="alerts timed for the latency, a round")
    parser.add_argument("--mails", type=int, default=320, help="mails timed; 0 for none")
    parser.add_argument("--storm", type=int, default=10_000, help="alerts of the storm of a minute; 0 for none")
    options = parser.parse_args()
    tocsin = str(pathlib.Path(options.tocsin).resolve())
    results = {"tocsin": [], "alertmanager": []}
    for round_ in range(options.rounds):
        for kind in ("tocsin", "alertmanager") if round_ % 2 == 0 else ("alertmanager", "tocsin"):
            print(f"round {round_ + 1} of {options.rounds}: {kind}…", file=sys.stderr, flush=True)
            figures, refusals = await measure(kind, tocsin, options.seconds, options.alerts, round_)
            results[kind].append(figures)
            if refusals:
                print(f"  {refusals:,.0f} requests/s were turned away with 503 (not counted)", file=sys.stderr)
    if options.rounds:
        show(results, options.rounds)
    if options.mails:
        p50, p99 = spread(await mail(tocsin, options.mails))
        print(f"alert to a real server's mailbox by mail: p50 {p50:.1f} ms, p99 {p99:.1f} ms (wanted: p99 under 30)")
    if options.storm:
        times, turned_away = await storm(tocsin, options.storm, 60, 100)
        p50, p99 = spread(times)
        print(f"{options.storm:,} alerts in 60 s, {turned_away} turned away; the first page of somebody else: "
              f"p50 {p50:.1f} ms, p99 {p99:.1f} ms (wanted: p99 under 250)")


asyncio.run(main())
