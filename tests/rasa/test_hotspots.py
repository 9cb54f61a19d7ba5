"""Rasa's two hot spots, cached, do what they did; a failing action is noted."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.shared.core.events import ActiveLoop, Event, SlotSet
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import ClientResponseError

from bot.rasa import hotspots


@pytest.fixture(autouse=True)
def _installed() -> None:
    hotspots.install()


def test_installing_again_changes_nothing() -> None:
    before = (RemoteAction.run, RemoteAction._validate_action_result, Event.resolve_by_type)
    hotspots.install()
    assert before == (RemoteAction.run, RemoteAction._validate_action_result, Event.resolve_by_type)


def test_event_types_are_still_found() -> None:
    assert Event.resolve_by_type("slot") is SlotSet
    assert Event.resolve_by_type("active_loop") is ActiveLoop
    assert Event.resolve_by_type("nothing of the kind", default=SlotSet) is SlotSet
    with pytest.raises(ValueError, match="Unknown event"):
        Event.resolve_by_type("nothing of the kind")


@pytest.mark.parametrize("result", [{"events": [{"event": "slot", "name": 5}]}, {"responses": "no list"}, "text"])
def test_wrong_answers_of_an_action_are_still_refused(result: Any) -> None:
    with pytest.raises(RasaException):
        RemoteAction("action_x", None)._validate_action_result(result)


def test_right_answers_of_an_action_pass() -> None:
    events = [{"event": "slot", "timestamp": None, "name": "a", "value": 1}]
    assert RemoteAction("action_x", None)._validate_action_result({"events": events, "responses": [{"text": "hi"}]})


class Endpoint:
    """An action endpoint that raises."""

    url = "http://127.0.0.1:1/webhook"
    kwargs = {"enable_selective_domain": True}

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def request(self, **_: Any) -> Any:
        raise self.error


class Tracker:
    sender_id = "s"

    def current_state(self, _: Any) -> dict[str, Any]:
        return {}


class NoDomain:
    def does_custom_action_explicitly_need_domain(self, _: str) -> bool:
        return False


async def run_against(error: Exception) -> None:
    await RemoteAction("action_x", Endpoint(error)).run(None, None, Tracker(), NoDomain())


async def test_a_failed_action_is_noted_without_what_the_server_echoed() -> None:
    echo = ClientResponseError(500, "Internal", '{"request_body": "secret words"}')
    with hotspots.watching() as failures, pytest.raises(RasaException) as raised:
        await run_against(echo)
    assert failures == ["action_x"]
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


async def test_a_rejected_form_is_no_failure() -> None:
    rejection = ClientResponseError(400, "Bad", '{"action_name": "action_x", "error": "rejected"}')
    with hotspots.watching() as failures, pytest.raises(ActionExecutionRejection):
        await run_against(rejection)
    assert failures == []


def test_nothing_is_noted_where_nobody_watches() -> None:
    hotspots.note_failure("action_x")
    assert not hotspots.turn_has_failed()
