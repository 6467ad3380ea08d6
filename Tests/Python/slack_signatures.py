"""Signatures as Slack makes them, for tests that verify.

    python slack_signatures.py SECRET < requests.json

Reads a list of {"timestamp", "body"}. Prints a list of {"timestamp", "body", "signature"}, made by slack_sdk.
"""

from __future__ import annotations

import json
import sys

from slack_sdk.signature import SignatureVerifier


def signed(secret: str, requests: list[dict]) -> list[dict[str, str | None]]:
    """The requests with their `v0=` signatures."""
    verifier = SignatureVerifier(secret)
    vectors = []
    for request in requests:
        timestamp, body = str(request["timestamp"]), request["body"]
        signature = verifier.generate_signature(timestamp=timestamp, body=body)
        vectors.append({"timestamp": timestamp, "body": body, "signature": signature})
    return vectors


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python slack_signatures.py SECRET < requests.json")
    print(json.dumps(signed(sys.argv[1], json.load(sys.stdin))))
