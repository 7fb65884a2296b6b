"""Tokens of the operator's identity provider: the good ones come in, every forged or misused one stays out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from bot.desk.access import Access, Person, Refused
from bot.errors import StartError

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(private: Any) -> bytes:
    return bytes(private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def jwk(private: Any, name: str | None, **more: Any) -> dict[str, Any]:
    kind = jwt.algorithms.RSAAlgorithm if isinstance(private, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return {**json.loads(kind.to_jwk(private.public_key())), **({"kid": name} if name else {}), **more}


def claims(**changes: Any) -> dict[str, Any]:
    now = time.time()
    base = {
        "sub": "dana",
        "aud": "rootline.desk",
        "iss": "https://login.example",
        "iat": now,
        "exp": now + 600,
        "site": "north",
        "roles": ["agent"],
    }
    return {key: value for key, value in {**base, **changes}.items() if value is not None}


def sign(private: Any = RSA, algorithm: str = "RS256", kid: str | None = None, **changes: Any) -> str:
    return jwt.encode(claims(**changes), private, algorithm=algorithm, headers={"kid": kid} if kid else None)


def segment(data: Any) -> str:
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).rstrip(b"=").decode()


@pytest.fixture
def access(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes | dict[str, Any]], Access]:
    monkeypatch.setenv("ROOTLINE_DESK_ISSUER", "https://login.example")

    def made(keys: bytes | dict[str, Any]) -> Access:
        file = tmp_path / "keys"
        file.write_bytes(keys if isinstance(keys, bytes) else json.dumps(keys).encode())
        monkeypatch.setenv("ROOTLINE_DESK_KEY_FILE", str(file))
        return Access(tmp_path)

    return made


@pytest.mark.parametrize(
    ("private", "algorithm"),
    [(RSA, "RS256"), (RSA, "PS256"), (EC, "ES256"), (ED, "EdDSA")],
    ids=["RS256", "PS256", "ES256", "EdDSA"],
)
def test_a_good_token_names_a_person(private: Any, algorithm: str, access: Any) -> None:
    assert access(pem(private)).check(sign(private, algorithm)) == Person("dana", "agent", "north")


def test_one_role_and_one_site_may_be_named_in_either_way(access: Any) -> None:
    door = access(pem(RSA))
    assert door.check(sign(roles=None, role="auditor", site=None, sites=["south"])) == Person("dana", "auditor", "south")
    assert door.check(sign(roles=["staff", "supervisor"])).role == "supervisor"


def test_a_key_set_is_chosen_from_by_its_id(access: Any) -> None:
    door = access({"keys": [jwk(RSA, "r1"), jwk(EC, "e1", use="sig"), jwk(STRANGER, "x1", use="enc")]})
    assert door.check(sign(kid="r1")).name == "dana"
    assert door.check(sign(EC, "ES256", kid="e1")).name == "dana"
    for token in (sign(), sign(kid="gone"), sign(kid="e1"), sign(STRANGER, kid="r1"), sign(STRANGER, kid="x1")):
        with pytest.raises(Refused):
            door.check(token)


def forgeries() -> dict[str, str]:
    head, body, signature = sign().split(".")
    secret = segment({"alg": "HS256", "typ": "JWT"}) + "." + body
    confused = secret + "." + segment(hmac.new(pem(RSA), secret.encode(), hashlib.sha256).digest())
    return {
        "none": segment({"alg": "none", "typ": "JWT"}) + "." + body + ".",
        "None with a signature": segment({"alg": "nOnE", "typ": "JWT"}) + "." + body + "." + signature,
        "public key as shared secret": confused,
        "another key": sign(STRANGER),
        "another kind of key": sign(EC, "ES256"),
        "changed body": head + "." + segment(claims(roles=["auditor"])) + "." + signature,
        "no signature": head + "." + body + ".",
        "own key in the header": jwt.encode(claims(), STRANGER, algorithm="RS256", headers={"jwk": jwk(STRANGER, None)}),
        "expired": sign(exp=time.time() - 1),
        "no expiry": sign(exp=None),
        "not yet": sign(nbf=time.time() + 600),
        "wrong audience": sign(aud="rootline.chat"),
        "no audience": sign(aud=None),
        "wrong issuer": sign(iss="https://login.evil.example"),
        "no issuer": sign(iss=None),
        "no subject": sign(sub=None),
        "empty subject": sign(sub=""),
        "no role": sign(roles=[]),
        "unknown role": sign(roles=["king"]),
        "roles in one text": sign(roles="agent,auditor"),
        "no site": sign(site=None),
        "two sites": sign(site=None, sites=["north", "south"]),
        "site is no text": sign(site=7),
        "nonsense": "a.b.c",
        "nothing": "",
        "huge": "a" * 100_000,
    }


@pytest.mark.parametrize("name", sorted(forgeries()))
def test_every_forged_or_misused_token_is_refused(name: str, access: Any) -> None:
    with pytest.raises(Refused):
        access(pem(RSA)).check(forgeries()[name])


def test_with_a_provider_this_server_signs_nothing_and_its_own_tokens_are_no_good(access: Any, tmp_path: Path) -> None:
    before = Access(tmp_path).issue(Person("alex", "agent", "north"))
    door = access(pem(RSA))
    with pytest.raises(Refused):
        door.check(before)
    with pytest.raises(Refused):
        door.issue(Person("alex", "agent", "north"))


def test_a_file_without_public_keys_stops_the_start(access: Any) -> None:
    private = RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    shared = {"keys": [{"kty": "oct", "k": segment(b"secret" * 8), "kid": "s", "alg": "HS256"}]}
    for bad in (
        b"",
        b"hello",
        private,
        {"keys": []},
        {"keys": [jwk(RSA, "r", use="enc")]},
        shared,
        {"keys": [jwk(RSA, "r"), *shared["keys"]]},
    ):
        with pytest.raises(StartError, match="RUN013"):
            access(bad)
