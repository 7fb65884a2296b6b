"""Signatures of the generic webhook: HMAC-SHA256 over time, nonce and body, the same in both directions.

In: secret, time, nonce, body. Out: the header value. Pure. A receiver computes it over the raw bytes before it reads any JSON.
"""

from __future__ import annotations

import hashlib
import hmac

SIGNATURE, TIMESTAMP, NONCE = "X-Rootline-Signature", "X-Rootline-Timestamp", "X-Rootline-Nonce"
#: Clocks may differ by this much; a nonce is remembered for twice as long.
TOLERANCE_SECONDS = 300


def signature(secret: str, timestamp: str, nonce: str, body: bytes) -> str:
    """`v1=` and the hex digest."""
    signed = b".".join((b"v1", timestamp.encode(), nonce.encode(), body))
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
