"""The call as a FHIR R4 Bundle of type collection.

In: a `Record`, the knowledge. Out: a dict. Called by the desk's routes; tests validate it with fhir.resources (R4B, whose
resources used here are those of R4). Pure.

Holds: Device (Rootline), Patient without a name, QuestionnaireResponse (the checklist), one Observation for every sign present
or absent, RiskAssessment (the level) with DetectedIssue for each rule, Provenance. An Observation for an absent sign has
the value "absent", never a missing one; an item that nobody asked has no answer and no Observation. SNOMED CT codes appear only
where the knowledge says that a terminologist verified them. Everything is preliminary: draft.
"""

# ruff: noqa: E501
from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bot.findings.finding import Finding, Presence
from bot.findings.view import findings
from bot.records.record import DRAFT, Record, iso
from bot.triage.phrasing import sex

SYSTEM = "https://rootline.example/fhir"
_PRESENCE = {
    Presence.PRESENT: ("present", "Present"),
    Presence.ABSENT: ("absent", "Absent"),
    Presence.UNCERTAIN: ("unsure", "Caller is not sure"),
}
_RISK = {"emergency_now": "certain", "urgent_same_day": "high", "soon": "moderate", "routine": "low", "self_care": "negligible"}
_SEVERITY = {"emergency_now": "high", "urgent_same_day": "moderate"}
_GENDER = {"female": "female", "male": "male"}
_TAG = {"system": f"{SYSTEM}/status", "code": "draft", "display": DRAFT}


def bundle(record: Record, knowledge: Any) -> dict[str, Any]:
    """The Bundle."""
    call = record.state["call"]
    ids = _Ids(call["id"])
    held = findings(record.case, knowledge)
    at = iso(call["closed"] or call["updated"])
    patient, device = ids.of("Patient"), ids.of("Device")
    observations = {
        c: _observation(f, record, knowledge, ids, at)
        for c, f in held.items()
        if f.presence in _PRESENCE and c in knowledge.concepts
    }
    issues = [_issue(rule, ids, at, patient, device) for rule in record.state["decision"]["rules"]]
    resources = [
        _patient(record, ids, knowledge),
        {
            "resourceType": "Device",
            "id": device,
            "status": "active",
            "deviceName": [{"name": "Rootline", "type": "user-friendly-name"}],
            "version": [{"value": f"knowledge {record.state['knowledge']}"}],
        },
        _answers(record, ids, at),
        *observations.values(),
        *issues,
        _risk(record, ids, at, [o["id"] for o in observations.values()], [i["id"] for i in issues]),
    ]
    resources.append(_provenance(record, ids, at, resources, device))
    return {
        "resourceType": "Bundle", "id": ids.of("Bundle"), "type": "collection", "timestamp": iso(record.made or call["updated"]),
        "meta": {"tag": [_TAG]},
        "entry": [{"fullUrl": f"urn:uuid:{resource['id']}", "resource": {**resource, "meta": {"tag": [_TAG]}}} for resource in resources],
    }  # fmt: skip


class _Ids:
    """The same call gives the same ids."""

    def __init__(self, call: str) -> None:
        self._call = call

    def of(self, kind: str, name: str = "") -> str:
        return str(uuid5(NAMESPACE_URL, f"{SYSTEM}/{self._call}/{kind}/{name}"))

    def reference(self, kind: str, name: str = "") -> dict[str, str]:
        return {"reference": f"urn:uuid:{self.of(kind, name)}"}


def _patient(record: Record, ids: _Ids, knowledge: Any) -> dict[str, Any]:
    out: dict[str, Any] = {"resourceType": "Patient", "id": ids.of("Patient")}
    gender = _GENDER.get(str(sex(record.case, knowledge)))
    return {**out, "gender": gender} if gender else out


def _code(concept: Any) -> dict[str, Any]:
    coding = [{"system": f"{SYSTEM}/concept", "code": concept.id, "display": concept.label}]
    coding += [{"system": "http://hl7.org/fhir/sid/icd-10", "code": code} for code in concept.icd10]
    if concept.snomed and concept.snomed_verified:
        coding.append({"system": "http://snomed.info/sct", "code": concept.snomed})
    return {"coding": coding, "text": concept.clinical}


def _observation(finding: Finding, record: Record, knowledge: Any, ids: _Ids, at: str) -> dict[str, Any]:
    code, display = _PRESENCE[finding.presence]
    words = []
    for index in finding.mentions:
        mention = record.case.mentions[index]
        turns = record.state["turns"]
        if mention.end > mention.start and mention.turn < len(turns):
            words.append({"text": f"\u201c{mention.text}\u201d (turn {mention.turn + 1}, {turns[mention.turn]['speaker']})"})
    out: dict[str, Any] = {
        "resourceType": "Observation", "id": ids.of("Observation", finding.concept), "status": "preliminary",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey"}]}],
        "code": _code(knowledge.concepts[finding.concept]), "subject": ids.reference("Patient"), "effectiveDateTime": at,
        "valueCodeableConcept": {"coding": [{"system": f"{SYSTEM}/presence", "code": code, "display": display}], "text": display},
        "device": ids.reference("Device"),
    }  # fmt: skip
    if words:
        out["note"] = words
    parts = [
        {"code": {"coding": [{"system": f"{SYSTEM}/attribute", "code": key}], "text": key.replace("_", " ")}, **_value(value)}
        for key, value in sorted(finding.attributes.items())
        if key not in ("ambiguous", "worry", "correction") and value not in (None, "", [], ())
    ]
    parts.append(
        {
            "code": {"coding": [{"system": f"{SYSTEM}/attribute", "code": "temporality"}], "text": "temporality"},
            "valueString": finding.temporality,
        }
    )
    return {**out, "component": parts}


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int):
        return {"valueInteger": value}
    if isinstance(value, float):
        return {"valueQuantity": {"value": round(value, 3)}}
    return {"valueString": ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)}


def _answers(record: Record, ids: _Ids, at: str) -> dict[str, Any]:
    items = []
    for item in record.state["checklist"]:
        entry: dict[str, Any] = {"linkId": item["item"], "text": item["clinical"]}
        if item["state"] != "not_asked":
            entry["answer"] = [{"valueCoding": {"system": f"{SYSTEM}/answer", "code": item["state"]}}]
        items.append(entry)
    return {
        "resourceType": "QuestionnaireResponse", "id": ids.of("QuestionnaireResponse"), "status": "completed" if record.wrap_up else "in-progress",
        "questionnaire": f"{SYSTEM}/Questionnaire/red-flag-checklist", "subject": ids.reference("Patient"), "authored": at,
        "author": ids.reference("Device"), "item": items,
    }  # fmt: skip


def _issue(rule: Mapping[str, Any], ids: _Ids, at: str, patient: str, device: str) -> dict[str, Any]:
    out: dict[str, Any] = {
        "resourceType": "DetectedIssue", "id": ids.of("DetectedIssue", rule["id"]), "status": "preliminary",
        "code": {"coding": [{"system": f"{SYSTEM}/rule", "code": rule["id"]}], "text": rule["reason"]},
        "severity": _SEVERITY.get(rule["disposition"], "low"), "patient": {"reference": f"urn:uuid:{patient}"}, "identifiedDateTime": at,
        "author": {"reference": f"urn:uuid:{device}"}, "detail": f"{rule['reason']} Source: {rule['source']}",
    }  # fmt: skip
    if rule["items"] or rule["words"]:
        words = "; ".join(f"\u201c{word['text']}\u201d" for word in rule["words"])
        out["evidence"] = [{"code": [{"text": ", ".join([*rule["items"], words]).strip(", ")}]}]
    return out


def _risk(record: Record, ids: _Ids, at: str, observations: list[str], issues: list[str]) -> dict[str, Any]:
    decision = record.state["decision"]
    prediction: dict[str, Any] = {
        "outcome": {"coding": [{"system": f"{SYSTEM}/disposition", "code": decision["level"]}], "text": decision["level_title"]}
    }
    risk = _RISK.get(decision["level"])
    if risk:
        prediction["qualitativeRisk"] = {"coding": [{"system": f"{SYSTEM}/urgency", "code": risk}], "text": f"urgency {risk}"}
    out: dict[str, Any] = {
        "resourceType": "RiskAssessment", "id": ids.of("RiskAssessment"), "status": "preliminary", "subject": ids.reference("Patient"),
        "occurrenceDateTime": at, "performer": ids.reference("Device"), "prediction": [prediction],
        "method": {"text": f"Rootline rules, knowledge {record.state['knowledge']}"}, "note": [{"text": DRAFT}],
    }  # fmt: skip
    basis = [{"reference": f"urn:uuid:{name}"} for name in (*observations, *issues)]
    if basis:
        out["basis"] = basis
    if decision["override"]:
        given = decision["override"]
        out["note"].append(
            {
                "text": f"Overridden by {given['by']}: machine and checklist said {decision['disposition']}. Reason: {given['reason']}"
            }
        )
    return out


def _provenance(record: Record, ids: _Ids, at: str, resources: list[dict[str, Any]], device: str) -> dict[str, Any]:
    system = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
    return {
        "resourceType": "Provenance", "id": ids.of("Provenance"), "recorded": iso(record.made or record.state["call"]["updated"]),
        "occurredDateTime": at, "target": [{"reference": f"urn:uuid:{resource['id']}"} for resource in resources],
        "agent": [
            {"type": {"coding": [{"system": system, "code": "assembler"}]}, "who": {"reference": f"urn:uuid:{device}"}},
            {"type": {"coding": [{"system": system, "code": "verifier"}]}, "who": {"display": f"{record.state['call']['agent']} ({record.state['call']['site']})"}},
        ],
    }  # fmt: skip
