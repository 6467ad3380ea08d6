"""A mail server with TLS, standard library only: smtp_tls.py CERTIFICATE KEY starttls|tls

Prints its port, then one line for each mail: the login it was sent under, or "-".
"""
import socket
import ssl
import sys

certificate, key, mode = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)


def serve(connection):
    secure = mode == "tls"
    if secure:
        connection = context.wrap_socket(connection, server_side=True)
    lines = connection.makefile("rb")
    login = "-"

    def say(text):
        connection.sendall(text.encode() + b"\r\n")

    say("220 mail.example.com ESMTP")
    while line := lines.readline():
        verb = line.split()[0].upper()
        if verb == b"EHLO":
            say("250-mail.example.com\r\n250 " + ("AUTH PLAIN LOGIN" if secure else "STARTTLS"))
        elif verb == b"STARTTLS" and not secure:
            say("220 2.0.0 ready")
            connection = context.wrap_socket(connection, server_side=True)
            lines = connection.makefile("rb")
            secure = True
        elif verb == b"AUTH":
            say("334 ")
            login = lines.readline().decode().strip()
            say("235 2.7.0 welcome")
        elif verb == b"DATA":
            say("354 go on")
            while lines.readline() not in (b".\r\n", b""):
                pass
            print(login, flush=True)
            say("250 2.0.0 Ok: queued as TLS1")
        elif verb == b"QUIT":
            say("221 bye")
            return
        else:
            say("250 2.0.0 Ok")


while True:
    peer, _ = listener.accept()
    try:
        serve(peer)
    except (ssl.SSLError, OSError, IndexError):
        pass
    finally:
        peer.close()
