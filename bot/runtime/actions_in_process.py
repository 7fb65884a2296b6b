"""Runs the custom actions inside the server process, through Rasa's own action endpoint interface.

In: the JSON call Rasa would post to an action server. Out: events and responses as JSON. Used by
`bot.runtime.conversation`; stock `rasa run actions` runs the same `actions/` package over HTTP.

Rasa checks every action result with `jsonschema.validate`, which first checks Rasa's own constant schema against the
meta-schema: four fifths of the time of a turn. What comes over the network is still checked, with the schema compiled
once; what our own process made is only checked for its shape.

Source: docs/adr/0009-one-turn-inside-rasa.md
"""

from __future__ import annotations

from typing import Any

from jsonschema import Draft7Validator
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event
from rasa.shared.exceptions import RasaException
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

ACTIONS_PACKAGE = "actions"


class InProcessActions(EndpointConfig):
    """An action endpoint without network. Selective domain is on: no action of ours reads the domain."""

    def __init__(self, package: str = ACTIONS_PACKAGE) -> None:
        super().__init__(url="in-process", enable_selective_domain=True)
        self.executor = ActionExecutor()
        self.executor.register_package(package)

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Run the named action (see parent class)."""
        return await self.executor.run(kwargs["json"])


_validator = Draft7Validator(RemoteAction.action_response_format_spec())


def _validate_action_result(self: RemoteAction, result: Any) -> bool:
    if isinstance(self.action_endpoint, InProcessActions):
        if not _has_shape(result):
            raise RasaException(f"action '{self.name()}' gave something that is no action result")
        return True
    _validator.validate(result)
    return True


def _has_shape(result: Any) -> bool:
    return (
        isinstance(result, dict)
        and all(isinstance(event, dict) and event.get("event") in _EVENT_NAMES for event in result.get("events", ()))
        and all(isinstance(response, dict) for response in result.get("responses", ()))
    )


_EVENT_NAMES = frozenset(event.type_name for event in all_subclasses(Event) if getattr(event, "type_name", None))
_EVENT_TYPES: dict[str, Any] = {}
_resolve = Event.resolve_by_type


def _resolve_by_type(type_name: str, default: Any = None) -> Any:
    """Rasa walks the whole class tree for every event it reads; the answer never changes."""
    if type_name not in _EVENT_TYPES:
        _EVENT_TYPES[type_name] = _resolve(type_name, default)
    return _EVENT_TYPES[type_name]


def make_turns_quick() -> None:
    """Compiled result schema, remembered event types; safe to call twice."""
    RemoteAction._validate_action_result = _validate_action_result
    Event.resolve_by_type = staticmethod(_resolve_by_type)
