"""What is known of machines, as read from `data/machines/*.yml`: one model a file, and `MachineFacts`, all together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, validator

from bot.branch.schema import Aliases
from bot.datafiles import Strict, Texts

State = Literal["in_order", "out_of_cash", "out_of_paper", "suspect", "broken", "closed"]
# What a machine can tell of itself; that it is suspect is for people to say.
MonitoredState = Literal["in_order", "out_of_cash", "out_of_paper", "broken", "closed"]
FAULT_IDS = ("card_kept", "cash_missing", "tampered", "out_of_cash", "out_of_paper", "not_working")


class Task(Strict):
    """Something done at a machine. `service` is the errand whose machine way it is, if it is one."""

    id: str = Field(..., regex="^[a-z_]{1,20}$")
    service: str | None = None
    stopped_by: list[State]


class TasksFile(Strict):
    demo: bool
    source: str
    stop_everything: list[State] = Field(..., min_items=1)
    tasks: list[Task] = Field(..., min_items=1)


class Fault(Strict):
    """What a customer may report. `confirmed` is the state of the machine once staff have confirmed it."""

    id: str
    urgent: bool
    confirmed: State
    label: Texts
    aliases: Aliases

    @validator("id")
    def _known(cls, value: str) -> str:
        if value not in FAULT_IDS:
            raise ValueError(f"{value!r} is not one of {', '.join(FAULT_IDS)}")
        return value


class FaultsFile(Strict):
    demo: bool
    source: str
    faults: list[Fault] = Field(..., min_items=1)


class Guide(Strict):
    """How a task is done at a kind of machine. `warning` where a card, money or a PIN can be lost."""

    machine: str
    task: str
    title: Texts
    warning: Texts | None = None
    steps: list[Texts] = Field(..., min_items=4, max_items=8)


class GuidesFile(Strict):
    demo: bool
    source: Texts
    guides: list[Guide]


@dataclass(frozen=True)
class MachineFacts:
    """All of `data/machines`, checked: every task mentioned exists. Mappings keep the order of the files.

    `guides` by machine and task; `guides_source` and `guides_demo` are theirs.
    """

    stop_everything: frozenset[State]
    tasks: Mapping[str, Task]
    faults: Mapping[str, Fault]
    guides: Mapping[tuple[str, str], Guide]
    guides_source: Texts
    guides_demo: bool
