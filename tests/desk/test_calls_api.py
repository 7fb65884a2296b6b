"""Calls over the API: turns that come, change and go; decisions of the desk; sites, roles, records."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
import requests

from bot.desk.access import DEMO_FILE, make_demo
from bot.desk.audit import AuditLog
from bot.errors import StartError
from tests.desk.conftest import Client, DeskServer

NUMB = "C: My leg is numb and I can't feel it when I wipe."


def state_of(state: dict[str, Any], item: str) -> str:
    return next((entry["state"] for entry in state["checklist"] if entry["item"] == item), "not_asked")


def test_same_turn_twice_changes_nothing(alex: Client) -> None:
    call = alex.call()
    first = alex.say(call, NUMB)
    again = alex.say(call, NUMB)
    assert again["version"] == first["version"]
    assert first["decision"]["level"] == "emergency_now"
    assert first["decision"]["rules"][0]["words"], "the rule must show the caller's words"


def test_partial_results_are_replaced_and_withdrawn(alex: Client) -> None:
    call = alex.call("A: What has happened?")
    path = f"/calls/{call}/turns"
    partial = {"id": "p", "speaker": "caller", "text": "I wet myself", "final": False}
    state = alex.ok("POST", path, {"turns": [partial]})
    assert state_of(state, "leaks") == "yes"
    state = alex.ok("POST", path, {"turns": [{**partial, "text": "I wet my hair and my back hurts", "final": True}]})
    assert state_of(state, "leaks") == "not_asked"
    assert state["decision"]["level"] != "emergency_now"
    assert alex.ask("POST", path, {"turns": [{**partial, "text": "something else", "final": True}]}).status_code == 409
    state = alex.ok("DELETE", f"{path}/p")
    assert [turn["id"] for turn in state["turns"]] == ["t0"]


def test_a_correction_in_the_middle_equals_a_fresh_call(alex: Client) -> None:
    lines = ["A: Any numbness between your legs?", "C: No.", "A: Have you had a fever?", "C: Yes, since Monday."]
    one, other = alex.call(*lines), alex.call(*lines[:1], "C: Yes, since Sunday.", *lines[2:])
    state = alex.ok(
        "POST",
        f"/calls/{one}/turns",
        {"turns": [{"id": "t1", "speaker": "caller", "text": "Yes, since Sunday.", "correct": True}]},
    )
    fresh = alex.ok("GET", f"/calls/{other}")
    assert state["decision"]["rules"] == [{**rule} for rule in fresh["decision"]["rules"]] or [
        r["id"] for r in state["decision"]["rules"]
    ] == [r["id"] for r in fresh["decision"]["rules"]]
    assert [(e["item"], e["state"]) for e in state["checklist"]] == [(e["item"], e["state"]) for e in fresh["checklist"]]


def test_swapped_speakers_are_put_right(alex: Client) -> None:
    call = alex.call("C: Can you feel it when you wipe?", "A: No, it's numb there since yesterday.")
    state = alex.ok("POST", f"/calls/{call}/swap")
    assert [turn["speaker"] for turn in state["turns"]] == ["agent", "caller"]
    assert state_of(state, "saddle_feeling") == "yes"


def test_only_the_caller_makes_findings(alex: Client) -> None:
    call = alex.call("A: Some people go numb between the legs and wet themselves.", "C: Okay.")
    state = alex.ok("GET", f"/calls/{call}")
    assert state["decision"]["rules"] == []
    assert all(entry["state"] == "not_asked" for entry in state["checklist"])


def test_ticks_keep_both_views_and_can_be_taken_back(alex: Client) -> None:
    call = alex.call("C: My leg is numb and it gives way.")
    state = alex.ok("PUT", f"/calls/{call}/items/leaks", {"state": "yes"})
    entry = next(e for e in state["checklist"] if e["item"] == "leaks")
    assert (entry["state"], entry["machine"], entry["by"]) == ("yes", "not_asked", "desk")
    assert state["decision"]["disposition"] == "emergency_now"
    assert state["decision"]["machine"]["disposition"] != "emergency_now" or "leaks" not in str(state["decision"]["machine"])
    state = alex.ok("DELETE", f"/calls/{call}/items/leaks")
    assert state_of(state, "leaks") == "not_asked"
    assert alex.ask("PUT", f"/calls/{call}/items/nonsense", {"state": "yes"}).status_code == 404


def test_what_the_caller_says_after_a_tick_counts_again(alex: Client) -> None:
    call = alex.call("C: My back hurts.")
    alex.ok("PUT", f"/calls/{call}/items/leaks", {"state": "no"})
    state = alex.say(call, "C: I've wet myself twice today.", prefix="later")
    assert state_of(state, "leaks") == "yes"


def test_a_corrected_finding_shows_both_views(alex: Client) -> None:
    call = alex.call("C: I can't feel it when I wipe.")
    mark = alex.ok("GET", f"/calls/{call}")["turns"][0]["marks"][0]
    place = {"turn": "t0", **{key: mark[key] for key in ("start", "end", "concept")}}
    state = alex.ok("POST", f"/calls/{call}/findings", {**place, "presence": "absent"})
    changed = state["turns"][0]["marks"][0]
    assert (changed["presence"], changed["machine"]["presence"]) == ("absent", "present")
    assert state["decision"]["disposition"] != "emergency_now"
    assert state["decision"]["machine"]["disposition"] == "emergency_now"
    assert state["decision"]["emergency"], "the banner stays as long as one of both views says emergency"
    state = alex.ok("POST", f"/calls/{call}/findings", {**place, "undo": True})
    assert state["decision"]["disposition"] == "emergency_now"


def test_override_needs_a_reason_and_keeps_the_machine_view(alex: Client) -> None:
    call = alex.call(NUMB)
    assert alex.ask("PUT", f"/calls/{call}/override", {"disposition": "soon", "reason": ""}).status_code == 400
    state = alex.ok(
        "PUT", f"/calls/{call}/override", {"disposition": "urgent_same_day", "reason": "Seen an hour ago, scan booked."}
    )
    assert (state["decision"]["level"], state["decision"]["disposition"]) == ("urgent_same_day", "emergency_now")
    note = alex.ask("GET", f"/calls/{call}/records/sbar.txt").text
    assert "Seen an hour ago" in note
    assert "DRAFT" in note


def test_closed_calls_do_not_change(alex: Client) -> None:
    call = alex.call("C: My back hurts.")
    done = {"outcome": "appointment", "note": "Will ring the practice."}
    alex.ok("POST", f"/calls/{call}/close", done)
    alex.ok("POST", f"/calls/{call}/close", done)
    assert alex.ask("POST", f"/calls/{call}/close", {"outcome": "other"}).status_code == 409
    assert (
        alex.ask("POST", f"/calls/{call}/turns", {"turns": [{"id": "x", "speaker": "caller", "text": "hello"}]}).status_code
        == 409
    )


def test_pages_of_calls_hold_each_call_once(desk_server: DeskServer) -> None:
    person = desk_server.person(site="pages")
    made = [person.call() for _ in range(7)]
    found, cursor = [], ""
    while True:
        page = person.ok("GET", f"/calls?limit=3{cursor}")
        found += [entry["id"] for entry in page["calls"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == made[::-1]


def test_the_same_key_opens_one_call(alex: Client) -> None:
    first = alex.ask("POST", "/calls", {"key": "cti-1"})
    again = alex.ask("POST", "/calls", {"key": "cti-1"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["call"]["id"] == again.json()["call"]["id"]


def test_calls_survive_a_restart(alex: Client, desk_server: DeskServer) -> None:
    call = alex.call("A: Any numbness between your legs?", "C: Yes.")
    alex.ok("PUT", f"/calls/{call}/items/leaks", {"state": "unsure"})
    before = alex.ok("GET", f"/calls/{call}")
    desk_server.app.ctx.desk._warm.clear()
    after = alex.ok("GET", f"/calls/{call}")
    for key in ("turns", "decision", "checklist", "unknown", "next"):
        assert after[key] == before[key]


def test_another_sites_calls_do_not_exist(alex: Client, desk_server: DeskServer) -> None:
    call = alex.call("C: My back hurts.")
    kim = desk_server.person("kim", site="south")
    for method, path, body in (
        ("GET", f"/calls/{call}", None), ("GET", f"/calls/{call}/records/call.json", None), ("GET", f"/calls/{call}/events?once=1", None),
        ("GET", f"/calls/{call}/items/leaks", None), ("POST", f"/calls/{call}/swap", None), ("PUT", f"/calls/{call}/items/leaks", {"state": "no"}),
        ("POST", f"/calls/{call}/close", {"outcome": "other"}),
    ):  # fmt: skip
        assert kim.ask(method, path, body).status_code == 404, (method, path)
    desk_server.app.ctx.desk._warm.clear()
    assert kim.ask("GET", f"/calls/{call}").status_code == 404
    assert call not in str(kim.ok("GET", "/calls"))


def test_an_auditor_reads_and_changes_nothing(alex: Client, desk_server: DeskServer) -> None:
    call = alex.call("C: My back hurts.")
    jo = desk_server.person("jo", "auditor")
    before = alex.ok("GET", f"/calls/{call}")
    assert jo.ask("GET", f"/calls/{call}").status_code == 200
    document = requests.get(desk_server.url + "/agent/api/openapi.json", timeout=10).json()
    tried = 0
    for path, operations in document["paths"].items():
        for method in set(operations) & {"post", "put", "patch", "delete"}:
            if path == "/login":
                continue
            place = path.replace("{call}", call).replace("{item}", "leaks").replace("{turn}", "t0").replace("{handover}", "x")
            assert jo.ask(method.upper(), place, {}).status_code == 403, (method, path)
            tried += 1
    assert tried >= 15
    assert alex.ok("GET", f"/calls/{call}")["decision"] == before["decision"]


def test_a_supervisor_reads_no_patient_text(alex: Client, desk_server: DeskServer) -> None:
    call = alex.call("C: My back hurts.")
    robin = desk_server.person("robin", "supervisor")
    for path in ("/calls", f"/calls/{call}", f"/calls/{call}/records/sbar.txt", f"/calls/{call}/events?once=1", "/audit"):
        assert robin.ask("GET", path).status_code == 403


def test_no_or_broken_token_opens_nothing(desk_server: DeskServer) -> None:
    for token in ("", "x.y.z", desk_server.token(role="king"), desk_server.token(site="")):
        found = Client(desk_server.url + "/agent/api", token).ask("GET", "/calls")
        assert found.status_code == 401
        assert found.headers["content-type"].startswith("application/problem+json")


def test_demo_people_log_in_and_refuse_a_public_address(desk_server: DeskServer) -> None:
    people = make_demo(desk_server.folder, "127.0.0.1")
    name, password, role, _ = people[0]
    login = desk_server.url + "/agent/api/login"
    good = requests.post(login, json={"name": name, "password": password}, timeout=10)
    assert good.json()["person"]["role"] == role
    assert requests.post(login, json={"name": name, "password": "wrong"}, timeout=10).status_code == 401
    visitor = Client(desk_server.url + "/agent/api", good.json()["token"])
    assert visitor.ask("GET", "/calls").status_code == 200
    make_demo(desk_server.folder, "127.0.0.1")  # new passwords: a login with the old one is over
    assert visitor.ask("GET", "/calls").status_code == 401
    (name, password, *_), *_ = make_demo(desk_server.folder, "127.0.0.1")
    visitor.token = requests.post(login, json={"name": name, "password": password}, timeout=10).json()["token"]
    assert visitor.ask("GET", "/calls").status_code == 200
    (desk_server.folder / DEMO_FILE).unlink()
    assert visitor.ask("GET", "/calls").status_code == 401
    for host in ("0.0.0.0", "192.168.1.5", "::", "desk.example"):
        with pytest.raises(StartError, match="RUN012"):
            make_demo(desk_server.folder, host)


@pytest.mark.parametrize(
    "path", ["/", "/privacy", "/widget.js", "/chat", "/agent/", "/agent/static/desk.js", "/static/build.json"]
)
def test_head_answers_like_get_without_a_body(path: str, desk_server: DeskServer) -> None:
    plain = {"Accept-Encoding": "identity"}
    whole = requests.get(desk_server.url + path, headers=plain, timeout=10)
    head = requests.head(desk_server.url + path, headers=plain, timeout=10)
    assert whole.status_code == head.status_code == 200
    assert whole.content
    assert head.content == b""
    assert head.headers.keys() == whole.headers.keys()
    for name in ("content-type", "content-length", "cache-control"):
        assert head.headers.get(name) == whole.headers.get(name)
    assert requests.head(desk_server.url + "/static/none.js", timeout=10).status_code == 404


def test_watchers_see_every_change_and_only_what_changed(alex: Client) -> None:
    call = alex.call("C: My back hurts.")
    got: list[dict[str, Any]] = []

    def watch() -> None:
        with requests.get(
            f"{alex.base}/calls/{call}/events", headers={"Authorization": f"Bearer {alex.token}"}, stream=True, timeout=20
        ) as stream:
            for line in stream.iter_lines(decode_unicode=True):
                if line.startswith("data: "):
                    got.append(json.loads(line[6:]))
                    if len(got) == 3:
                        return

    thread = threading.Thread(target=watch)
    thread.start()
    deadline = time.monotonic() + 10
    while not got and time.monotonic() < deadline:
        time.sleep(0.02)
    alex.say(call, "C: And my leg is weak.", prefix="a")
    alex.say(call, "C: It is getting worse.", prefix="b")
    thread.join(10)
    assert [len(event["order"]) for event in got] == [1, 2, 3]
    assert [turn["id"] for turn in got[1]["turns"]] == ["a0"]
    assert got[2]["version"] > got[1]["version"]


def test_every_read_and_change_is_in_the_log_without_words(alex: Client, desk_server: DeskServer) -> None:
    call = alex.call("C: A very particular zebra pain.")
    alex.ok("GET", f"/calls/{call}")
    alex.ok("PUT", f"/calls/{call}/override", {"disposition": "soon", "reason": "zebra reason given"})
    jo = desk_server.person("jo", "auditor")
    entries, after = [], 0
    while after is not None:
        page = jo.ok("GET", f"/audit?limit=100&after={after}")
        entries += page["entries"]
        after = page["next"]
    mine = [entry["action"] for entry in entries if entry["object"] == call]
    assert mine == ["call.open", "call.turns.add", "call.read", "call.override"]
    assert "zebra" not in json.dumps(entries)
    assert jo.ok("GET", "/audit/verify") == {"intact": True, "problems": []}


def test_records_carry_draft_status(alex: Client) -> None:
    call = alex.call("A: Any numbness between your legs?", "C: Yes since Sunday.")
    for name in ("sbar.txt", "patient.txt", "fhir.json", "call.json", "call.csv"):
        assert "draft" in alex.ask("GET", f"/calls/{call}/records/{name}").text.lower(), name


def test_transcripts_are_read_once(alex: Client) -> None:
    call = alex.call()
    body = {
        "text": "Agent: Any numbness between your legs?\nCaller: No.\n\nAgent: Fever?\nCaller: Yes, since Monday\nand shivering.",
        "prefix": "up",
    }
    state = alex.ok("POST", f"/calls/{call}/transcript", body)
    assert [turn["speaker"] for turn in state["turns"]] == ["agent", "caller", "agent", "caller"]
    assert alex.ok("POST", f"/calls/{call}/transcript", body)["version"] == state["version"]


def test_analyse_is_the_same_as_the_library(alex: Client) -> None:
    from bot.analysis import analyse

    text = "my left knee gives way and it feels numb when I wipe"
    assert alex.ok("POST", "/analyse", {"text": text, "id": "a"}) == json.loads(json.dumps(analyse(text, id="a")))


def test_tampering_is_detected(tmp_path: Any) -> None:
    import shutil
    import sqlite3

    log = AuditLog(tmp_path)
    for number in range(6):
        log.write("alex", "agent", "north", "call.read", f"call-{number}")
    assert log.verify() == []
    log.close()
    with pytest.raises(sqlite3.IntegrityError):
        sqlite3.connect(tmp_path / "audit.db").execute("DELETE FROM entries WHERE n = 3")
    frauds = {
        "changed": "UPDATE entries SET who = 'sam' WHERE n = 3", "removed": "DELETE FROM entries WHERE n = 3", "cut off": "DELETE FROM entries WHERE n > 4",
        "emptied": "DELETE FROM entries", "put in": "INSERT INTO entries SELECT 7, at, who, role, site, action, object, detail, hash, hash FROM entries WHERE n = 6",
    }  # fmt: skip
    for name, fraud in frauds.items():
        folder = tmp_path / name
        folder.mkdir()
        for file in ("audit.db", "audit.key", "audit.head"):
            shutil.copy(tmp_path / file, folder / file)
        database = sqlite3.connect(folder / "audit.db")
        database.executescript("DROP TRIGGER entries_no_update; DROP TRIGGER entries_no_delete;" + fraud)
        database.commit()
        database.close()
        assert AuditLog(folder).verify(), name
