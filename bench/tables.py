"""How figures of understanding are printed."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence

from bench.figures import ALL, PLACES, Answers, Assistant, FewShot, Results
from bench.models import Cost
from bench.scores import Scores, Share
from bot.locales import LOCALES

_LABEL, _COLUMN = 52, 12

Row = tuple[str, Sequence[str]]


def of_assistant(results: Results) -> str:
    """The whole table."""
    parts = [_capabilities(results.lobby), _summary(results), _entities(results.entities), _answers(results.answers)]
    if results.banking77:
        parts.append(_banking77(results))
    return "\n\n".join([*parts, *_notes(results.notes)])


def of_files(measured: Mapping[str, FewShot], notes: Sequence[str]) -> str:
    """Figures on somebody's own data, a column for each who was measured."""
    columns = list(measured.values())
    rows = [
        ("in scope: right, if nothing could be rejected, %", _cells(columns, lambda scores: scores.accuracy)),
        ("in scope: right, %", _cells(columns, lambda scores: scores.in_scope)),
        ("in scope: rejected, %", _cells(columns, lambda scores: scores.rejected)),
        ("out of scope: recognised, %", _cells(columns, lambda scores: scores.oos_recall)),
        ("threshold that the pipeline chose", [mean_spread(one.threshold, digits=3) for one in columns]),
        ("training, vectors apart, s", [mean_spread(one.training_s) for one in columns]),
    ]
    title = f"{columns[0].label}{_of_seeds(columns)}"
    return "\n\n".join([grid(title, list(measured), rows), *_notes(notes)])


def mean_spread(values: Sequence[float], digits: int = 1) -> str:
    """Mean and, of several, the standard deviation: 75.8 ± 0.6. A dash of nothing."""
    if not values:
        return "-"
    spread = f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else ""
    return f"{statistics.fmean(values):.{digits}f}{spread}"


def grid(title: str, columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Lines of a label and right-aligned cells."""
    width = max(_COLUMN, *(len(name) + 2 for name in columns))
    lines = [(title, columns), *rows]
    return "\n".join(f"{label:{_LABEL}}" + "".join(f"{cell:>{width}}" for cell in cells) for label, cells in lines)


def _capabilities(lobby: Assistant) -> str:
    rows = []
    for capability, by_locale in lobby.capabilities.items():
        total = Share(sum(share.right for share in by_locale.values()), sum(share.of for share in by_locale.values()))
        shares = [*(by_locale.get(locale, Share(0, 0)) for locale in LOCALES), total]
        rows.append((capability, [*map(_percent, shares), str(total.of)]))
    return grid("lines with the right capability, %", [*PLACES, "lines"], rows)


def _summary(results: Results) -> str:
    sides = {"lobby": results.lobby}
    if results.stock is not None:
        sides[f"stock, {results.stock_epochs} epochs"] = results.stock
    rows: list[Row] = []

    def add(what: str, places: Sequence[str], share: Callable[[Scores], Share]) -> None:
        for place in places:
            rows.append((f"{what}, {place}, %", [_percent(share(side.scores[place])) for side in sides.values()]))

    add("in scope: right", PLACES, lambda scores: scores.in_scope)
    add("in scope: right, if nothing could be rejected", (ALL,), lambda scores: scores.accuracy)
    add("in scope: rejected", PLACES, lambda scores: scores.rejected)
    add("out of scope: recognised", PLACES, lambda scores: scores.oos_recall)
    costs: list[tuple[str, Callable[[Cost], float]]] = [
        ("training (`rasa train nlu`, its start included), s", lambda cost: cost.training_s),
        ("loading the model, after imports, on one core, s", lambda cost: cost.load_s),
        ("parse on one core, median, ms", lambda cost: cost.parse_median_ms),
        ("parse on one core, 95th percentile, ms", lambda cost: cost.parse_p95_ms),
        ("parse on one core, processor time, median, ms", lambda cost: cost.parse_cpu_ms),
        ("memory with the model loaded, MB", lambda cost: cost.memory_mb),
    ]
    rows += [(label, [f"{value(side.cost):.1f}" for side in sides.values()]) for label, value in costs]
    return grid("the assistant's own test lines, by capability", list(sides), rows)


def _entities(entities: Mapping[str, Share]) -> str:
    rows = [(kind, [_percent(share), str(share.of)]) for kind, share in entities.items()]
    return grid("lines with exactly the right entities, %", ["right", "lines"], rows)


def _answers(answers: Mapping[str, Answers]) -> str:
    rows = [
        ("first", [_percent(answers[place].first) for place in PLACES]),
        ("among the first three", [_percent(answers[place].in_three) for place in PLACES]),
        ("questions", [str(answers[place].first.of) for place in PLACES]),
    ]
    return grid("questions that find their answer, %", PLACES, rows)


def _banking77(results: Results) -> str:
    columns = list(dict.fromkeys(one.label for one in results.banking77))
    rows: list[Row] = []

    def add(label: str, cells: Mapping[str, str]) -> None:
        rows.append((label, [cells.get(column, "-") for column in columns]))

    for names, label in ((True, "lobby, names as examples too"), (False, "lobby, without names")):
        add(label, {one.label: _cell(one) for one in results.banking77 if one.names is names})
    if results.stock_banking77:
        stock = {one.label: one for one in results.stock_banking77}
        first = {one.label: _percent(one.scores[0].accuracy) for one in results.banking77 if not one.names}
        add("lobby, without names, seed 0 alone", {label: first[label] for label in stock})
        who = f"stock, {results.stock_epochs} epochs, without names, seed 0 alone"
        add(who, {label: _cell(one) for label, one in stock.items()})
        add("stock: training, s", {label: mean_spread(one.training_s) for label, one in stock.items()})
    return grid(f"BANKING77, right, %{_of_seeds(results.banking77)}", columns, rows)


def _of_seeds(columns: Sequence[FewShot]) -> str:
    seeds = max(len(one.scores) for one in columns)
    return f", mean ± spread of {seeds} seeds" if seeds > 1 else ""


def _cells(columns: Sequence[FewShot], share: Callable[[Scores], Share]) -> list[str]:
    return [mean_spread(one.percents(share)) for one in columns]


def _cell(one: FewShot) -> str:
    return mean_spread(one.percents(lambda scores: scores.accuracy))


def _percent(share: Share) -> str:
    return "-" if share.percent is None else f"{share.percent:.1f}"


def _notes(notes: Sequence[str]) -> list[str]:
    return [f"note: {note}" for note in notes]
