"""Who holds a token reads its one conversation, for a while, until it is deleted; nobody else reads anything."""

from __future__ import annotations

import json
import os
import stat

import jwt
import pytest

from bot.errors import StartError
from bot.runtime.tokens import AUDIENCE, KEY_DAYS, RENEW_HOURS, TOKEN_HOURS, TokenRefused, Tokens


class Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tokens(tmp_path, clock):
    return Tokens(tmp_path, clock)


def test_a_token_opens_its_conversation(tokens):
    assert tokens.check(tokens.issue("abc")).conversation == "abc"


@pytest.mark.parametrize("broken", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token_is_refused(tokens, broken):
    with pytest.raises(TokenRefused):
        tokens.check(broken)


def test_a_token_signed_by_somebody_else_is_refused(tokens, clock):
    real = jwt.get_unverified_header(tokens.issue("abc"))
    claims = {"sub": "abc", "aud": AUDIENCE, "iat": clock.now, "exp": clock.now + 9999}
    forged = jwt.encode(claims, "a" * 48, algorithm="HS256", headers={"kid": real["kid"]})
    unsigned = jwt.encode(claims, None, algorithm="none", headers={"kid": real["kid"]})
    for token in (forged, unsigned):
        with pytest.raises(TokenRefused):
            tokens.check(token)


def test_a_token_made_for_something_else_is_refused(tokens, clock, tmp_path):
    key_id, entry = next(iter(json.loads((tmp_path / "keys.json").read_text()).items()))
    claims = {"sub": "abc", "aud": "other", "iat": clock.now, "exp": clock.now + 9999}
    with pytest.raises(TokenRefused):
        tokens.check(jwt.encode(claims, entry["key"], algorithm="HS256", headers={"kid": key_id}))


def test_a_token_runs_out(tokens, clock):
    token = tokens.issue("abc")
    clock.now += TOKEN_HOURS * 3600 - 1
    tokens.check(token)
    clock.now += 1
    with pytest.raises(TokenRefused):
        tokens.check(token)


def test_use_hands_out_a_fresh_token_after_a_while(tokens, clock):
    ticket = tokens.check(tokens.issue("abc"))
    assert tokens.renew(ticket) is None
    clock.now += RENEW_HOURS * 3600 + 1
    fresh = tokens.renew(ticket)
    clock.now += TOKEN_HOURS * 3600 - 10
    assert tokens.check(fresh).conversation == "abc"


def test_revoking_closes_one_conversation_only(tokens, clock):
    gone, kept = tokens.issue("gone"), tokens.issue("kept")
    tokens.revoke("gone")
    with pytest.raises(TokenRefused):
        tokens.check(gone)
    assert tokens.check(kept).conversation == "kept"


def test_keys_are_renewed_and_old_tokens_live_on(tokens, clock):
    clock.now += KEY_DAYS * 86400 - 60
    old = tokens.issue("abc")
    clock.now += 120
    new = tokens.issue("abc")
    assert jwt.get_unverified_header(old)["kid"] != jwt.get_unverified_header(new)["kid"]
    assert tokens.check(old).conversation == "abc"


def test_another_process_reads_the_same_keys(tokens, tmp_path, clock):
    assert Tokens(tmp_path, clock).check(tokens.issue("abc")).conversation == "abc"


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_key_files_are_private(tokens, tmp_path):
    for file in ("keys.json", "revoked.db"):
        assert stat.S_IMODE((tmp_path / file).stat().st_mode) == 0o600


def test_a_damaged_key_file_says_what_to_do(tokens, tmp_path):
    (tmp_path / "keys.json").write_text("{broken")
    with pytest.raises(StartError, match=r"RUN007.*Delete it"):
        Tokens(tmp_path)
