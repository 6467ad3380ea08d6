"""Debian's postfix as a mail server of its own: loopback, a free port, STARTTLS required, one mailbox for everybody."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.example.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = example.test
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
smtpd_tls_cert_file = {folder}/cert.pem
smtpd_tls_key_file = {folder}/key.pem
smtpd_tls_security_level = encrypt
smtpd_peername_lookup = no
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
default_transport = error
relay_transport = error
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
virtual unix - n n - - virtual
error unix - - n - - error
"""


class Postfix:
    def __init__(self, port):
        if os.getuid() != 0:
            raise SystemExit("postfix starts as root only: run this as root, or with --mails 0")
        self.port = port
        # Postfix's own users must be able to enter it.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-bench-postfix-"))
        self.folder.chmod(0o755)
        for name in ["conf", "queue", "data", "mail"]:
            (self.folder / name).mkdir()
        self.certificate = self.folder / "cert.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.folder / "key.pem",
             "-out", self.certificate, "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
        (self.folder / "conf" / "main.cf").write_text(MAIN.format(folder=self.folder))
        (self.folder / "conf" / "master.cf").write_text(MASTER.format(port=port))
        shutil.chown(self.folder / "data", "postfix")
        os.chown(self.folder / "mail", 65534, 65534)
        self.run("start")
        time.sleep(1)

    def run(self, verb):
        subprocess.run(
            ["/usr/sbin/postfix", "-c", self.folder / "conf", verb], check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

    def arrivals(self):
        """When each message was in the mailbox, by its text; seconds since 1970. A Maildir name begins with seconds
        and holds microseconds behind an M."""
        found = {}
        inbox = self.folder / "mail" / "inbox" / "new"
        for file in inbox.iterdir() if inbox.exists() else []:
            first, second = file.name.split(".")[:2]
            at = int(first) + int(second.rsplit("M", 1)[1]) / 1e6
            found[file.read_text(errors="replace")] = at
        return found

    def stop(self):
        self.run("stop")
        shutil.rmtree(self.folder, ignore_errors=True)
