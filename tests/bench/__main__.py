"""`python -m tests.bench [NAME…] [--quick] [--json FILE]`: runs benches, prints their tables."""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
import os
import platform
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def main() -> None:
    """Run what was asked for; Markdown on standard output, one line a bench on standard error."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(names())}; all by default")
    parser.add_argument("--quick", action="store_true", help="smaller sets, rougher numbers")
    parser.add_argument("--json", type=Path, help="write the results there as well")
    given = parser.parse_args()
    if wrong := set(given.names) - set(names()):
        parser.error(f"no such bench: {', '.join(sorted(wrong))}")
    results: dict[str, Any] = {"machine": machine()}
    print(f"# Benches\n\n{results['machine']}")
    for name in given.names or names():
        print(f"{name} …", file=sys.stderr, flush=True)
        begun = time.monotonic()
        results[name] = run(name, given.quick)
        seconds = time.monotonic() - begun
        print(
            f"\n## {name.replace('_', ' ')} ({seconds:.0f} s)\n\n{markdown(results[name])}",
            flush=True,
        )
        if given.json:
            given.json.write_text(json.dumps(results, indent=1, default=str), "utf-8")


def names() -> list[str]:
    """Every bench there is."""
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def run(name: str, quick: bool) -> dict[str, Any]:
    """One bench's numbers; a bench that cannot run here says why instead of stopping the rest."""
    try:
        bench = importlib.import_module(f"tests.bench.bench_{name}").run
        takes_quick = "quick" in inspect.signature(bench).parameters
        return bench(quick=quick) if takes_quick else bench()
    except Exception as error:  # the table shows it; the other benches still count
        return {"could not run": f"{type(error).__name__}: {error}"}


def machine() -> str:
    """Where and when the numbers were taken."""
    import torch

    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = f"Python {platform.python_version()}, torch {torch.__version__}"
    day = datetime.now(UTC).date().isoformat()
    return f"{day}, {platform.system()} {platform.machine()}, {cores} cores, {gpu}, {versions}"


def markdown(result: Mapping[str, Any]) -> str:
    """A result as tables: plain values in one, each list of rows and each mapping in its own."""
    plain = {key: value for key, value in result.items() if not _is_table(value)}
    parts = [_table(("what", "value"), plain.items())] if plain else []
    for key, value in result.items():
        if _is_table(value):
            parts.append(f"### {key}\n\n{_nested(value)}")
    return "\n\n".join(parts)


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)
    )


def _nested(value: Mapping[str, Any] | list[Mapping[str, Any]]) -> str:
    if isinstance(value, Mapping):
        if not value or not all(isinstance(row, Mapping) for row in value.values()):
            return markdown(value)
        value = [{"": key, **row} for key, row in value.items()]
    columns = list(dict.fromkeys(column for row in value for column in row))
    return _table(columns, ([row.get(column, "") for column in columns] for row in value))


def _table(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    columns = list(columns)
    lines = [columns, ["---"] * len(columns), *([_cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value).replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    main()
