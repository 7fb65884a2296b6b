"""Who may do what at the desk: signed tokens, three roles, one site each; demo people for trying it out.

In: a token, or a demo name and password. Out: a `Person`. Called by the desk's routes, by the server at its start and
by `python -m bot desk demo`.

    ROOTLINE_DESK_KEY_FILE   public key (PEM) or JWKS file of your identity provider; tokens are checked against it
    ROOTLINE_DESK_ISSUER     expected `iss` (only with a key file)
    ROOTLINE_DESK_AUDIENCE   expected `aud`; rootline.desk when not set

A token names `sub`, `exp`, `site` (or `sites` with one) and `roles` (or `role`): agent, supervisor or auditor. Without a key file tokens are
signed by this server (var/desk-key.json). Demo people exist only while the server listens on this machine alone.

    agent       calls and chats of the own site: read and change
    supervisor  figures of the own site, no patient text
    auditor     audit log and calls of the own site: read only
"""

# ruff: noqa: E501
from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from bot.errors import StartError

ROLES = ("agent", "supervisor", "auditor")
AUDIENCE = "rootline.desk"
HOURS = 10.0
#: Clocks of two machines may differ by this (seconds).
LEEWAY = 30.0
DEMO_FILE = "desk-demo.json"
DEMO_PEOPLE = (
    ("alex", "agent", "north"), ("sam", "agent", "north"), ("kim", "agent", "south"),
    ("robin", "supervisor", "north"), ("jo", "auditor", "north"),
)  # fmt: skip
#: Algorithms a key may be used with; each kind of key only with its own, and never a shared secret.
_ALGORITHMS = (
    (RSAPublicKey, ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]),
    (EllipticCurvePublicKey, ["ES256", "ES384", "ES512"]),
    (Ed25519PublicKey, ["EdDSA"]),
)
#: What each role may do. Routes name one of these.
MAY = {
    "agent": frozenset({"me", "analyse", "call.read", "call.write", "queue"}),
    "supervisor": frozenset({"me", "figures"}),
    "auditor": frozenset({"me", "call.read", "audit"}),
}


@dataclass(frozen=True)
class Person:
    """Who acts."""

    name: str
    role: str
    site: str

    def may(self, right: str) -> bool:
        """Whether the role has this right."""
        return right in MAY.get(self.role, ())


class Refused(Exception):
    """No valid token; `reason` is safe to show."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Access:
    """Checks tokens, and hands them out to demo people."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock
        self._provider = _provider_keys()
        self._issuer = os.environ.get("ROOTLINE_DESK_ISSUER") or None
        self._audience = os.environ.get("ROOTLINE_DESK_AUDIENCE") or AUDIENCE
        self._local = None if self._provider is not None else _local_key(folder / "desk-key.json")
        self.demo_allowed = False

    def issue(self, person: Person, *, hours: float = HOURS, demo: str | None = None) -> str:
        """A token signed with the local key.

        Args:
            person: Whom it names.
            hours: How long it is valid.
            demo: Salt of the demo login it was given for; the token ends with that login.

        Raises:
            Refused: When tokens come from an identity provider.
        """
        if self._local is None:
            raise Refused("Log in with your organisation's account.")
        now = int(self._clock())
        claims = {
            "sub": person.name, "roles": [person.role], "site": person.site, "aud": self._audience, "iat": now,
            "exp": now + int(hours * 3600),
            **({"demo": demo} if demo is not None else {}),
        }  # fmt: skip
        return jwt.encode(claims, self._local, algorithm="HS256")

    def check(self, token: str) -> Person:
        """The person a token names.

        Raises:
            Refused: With a reason that may be shown.
        """
        try:
            if self._provider is not None:
                claims = self._decode_foreign(token)
            else:
                claims = jwt.decode(
                    token, self._local or "", algorithms=["HS256"], audience=self._audience,
                    options={"require": ["sub", "exp"], "verify_exp": False, "verify_iat": False},
                )  # fmt: skip
            ends = float(claims["exp"])
        except (jwt.PyJWTError, KeyError, TypeError, ValueError):
            raise Refused("This login is not valid. Log in again.") from None
        if self._clock() >= ends:
            raise Refused("This login has run out. Log in again.")
        if self._provider is None and "demo" in claims and not self._still_demo(claims["sub"], claims["demo"]):
            raise Refused("This demo login no longer exists. Log in again.")
        given = claims.get("roles", claims.get("role", []))
        roles = [given] if isinstance(given, str) else list(given) if isinstance(given, (list, tuple)) else []
        role = next((role for role in ROLES if role in roles), None)
        sites = claims.get("sites", claims.get("site"))
        site = sites[0] if isinstance(sites, (list, tuple)) and len(sites) == 1 else sites
        if role is None or not isinstance(site, str) or not site:
            raise Refused("This login must name a role (agent, supervisor, auditor) and exactly one site of the desk.")
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise Refused("This login is not valid. Log in again.")
        return Person(claims["sub"], role, site)

    def demo_login(self, name: str, password: str) -> str:
        """A token for a demo person.

        Raises:
            Refused: Wrong name or password, or no demo people here.
        """
        people = read_demo(self._folder) if self.demo_allowed else None
        if people is None:
            raise Refused("There are no demo logins on this server. Log in with your organisation's account.")
        entry = people.get(name)
        salt = bytes.fromhex(entry["salt"]) if entry else b"nobody"
        given = _hash(password, salt)
        if entry is None or not hmac.compare_digest(given, entry["hash"]):
            raise Refused("Wrong name or password.")
        return self.issue(Person(name, entry["role"], entry["site"]), demo=entry["salt"])

    def _still_demo(self, name: Any, salt: Any) -> bool:
        """Whether this very demo login still stands: the file was neither deleted nor made anew."""
        people = read_demo(self._folder) if self.demo_allowed else None
        entry = people.get(name) if people is not None and isinstance(name, str) else None
        return isinstance(entry, dict) and entry.get("salt") == salt

    def has_demo(self) -> bool:
        """Whether demo people were made here."""
        return read_demo(self._folder) is not None

    def _decode_foreign(self, token: str) -> dict[str, Any]:
        keys = self._provider or {}
        name = jwt.get_unverified_header(token).get("kid")
        key = keys.get(name) if name is not None else None
        if key is None and len(keys) == 1 and (name is None or None in keys):  # a PEM file, or the only key of a set
            key = next(iter(keys.values()))
        if key is None:
            raise jwt.InvalidTokenError("unknown key")
        options = {"require": ["sub", "exp"], "verify_exp": False, "verify_nbf": False, "verify_iat": False}
        found: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=_algorithms(key),
            audience=self._audience,
            issuer=self._issuer,
            options=options,  # type: ignore[arg-type]
        )
        if self._clock() < float(found.get("nbf", 0)) - LEEWAY:
            raise jwt.ImmatureSignatureError("not yet")
        return found


def make_demo(folder: Path, host: str) -> list[tuple[str, str, str, str]]:
    """Make the demo people anew.

    Returns:
        Name, password, role and site of each; passwords are shown this once and kept as hashes.

    Raises:
        StartError: RUN012 when the server would listen beyond this machine.
    """
    refuse_public(host)
    people, shown = {}, []
    for name, role, site in DEMO_PEOPLE:
        password, salt = secrets.token_urlsafe(9), secrets.token_bytes(16)
        people[name] = {"role": role, "site": site, "salt": salt.hex(), "hash": _hash(password, salt)}
        shown.append((name, password, role, site))
    _write_private(folder / DEMO_FILE, json.dumps(people))
    return shown


def read_demo(folder: Path) -> dict[str, Any] | None:
    """The demo people, or None when there are none."""
    try:
        found = json.loads((folder / DEMO_FILE).read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else None
    except (OSError, ValueError):
        return None


def allow_demo(access: Access, host: str) -> None:
    """Let demo people log in, if there are any.

    Raises:
        StartError: RUN012 when there are and the server listens beyond this machine.
    """
    if access.has_demo():
        refuse_public(host)
    access.demo_allowed = is_loopback(host)


def refuse_public(host: str) -> None:
    """Stop when demo people would be reachable from elsewhere.

    Raises:
        StartError: RUN012 with what to do.
    """
    if not is_loopback(host):
        raise StartError(
            "RUN012",
            f"demo logins of the agent desk must not be reachable from other machines, and '{host}' is. Delete {DEMO_FILE} in the "
            "private folder (var/), or listen on 127.0.0.1.",
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _algorithms(key: Any) -> list[str]:
    """The algorithms for this kind of public key; none for anything else."""
    return next((names for kind, names in _ALGORITHMS if isinstance(key, kind)), [])


def _provider_keys() -> dict[str | None, Any] | None:
    name = os.environ.get("ROOTLINE_DESK_KEY_FILE")
    if not name:
        return None
    try:
        text = Path(name).read_text(encoding="utf-8")
        keys: dict[str | None, Any]
        if text.lstrip().startswith("{"):
            found = jwt.PyJWKSet.from_dict(json.loads(text)).keys
            keys = {key.key_id: key.key for key in found if key.public_key_use in (None, "sig")}
        else:
            keys = {None: load_pem_public_key(text.encode())}
        if not keys or not all(_algorithms(key) for key in keys.values()):
            raise ValueError("not a public key for signatures")
    except Exception as error:  # every key library has exceptions of its own
        raise StartError(
            "RUN013",
            f"ROOTLINE_DESK_KEY_FILE: {name} is no public key ({type(error).__name__}). Give a PEM public key or a JWKS file of public keys.",
        ) from error
    return keys


def _local_key(file: Path) -> str:
    try:
        return str(json.loads(file.read_text(encoding="utf-8"))["key"])
    except FileNotFoundError:
        key = secrets.token_urlsafe(48)
        _write_private(file, json.dumps({"key": key}))
        return key
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StartError(
            "RUN007", f"{file} cannot be read ({type(error).__name__}). Delete it: agents then log in again."
        ) from error


def _write_private(file: Path, text: str) -> None:
    temporary = file.with_suffix(f".{os.getpid()}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.replace(temporary, file)


def _hash(password: str, salt: bytes) -> str:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1).hex()
