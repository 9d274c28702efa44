"""`v2a doctor`: whether everything that work stands on is well, and what to do where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from v2a import errors
from v2a.api.json_text import to_json
from v2a.cli import shared_options as shared
from v2a.cli.reporters import reporting
from v2a.cli.signals import stoppable

if TYPE_CHECKING:
    from v2a.cli.doctor_checks import CheckResult


def doctor(
    pack: shared.PackOption = "pocket",
    device: shared.DeviceOption = "auto",
    as_json: shared.JsonOption = False,
    debug: shared.DebugOption = False,
) -> int:
    """Check Python, device, pack, disk, permissions and the daemon, and say what to do."""
    with stoppable(), reporting("none"):
        from v2a.cli.doctor_checks import look

        found = list(look(pack, device))
    if as_json:
        print(to_json([vars(one) for one in found]))
    else:
        _print_table(found)
    return errors.DONE if all(one.ok for one in found) else errors.DAEMON


def _print_table(found: list[CheckResult]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE, show_header=False)
    for one in found:
        said = one.found if one.ok else f"{one.found}\n{one.remedy}"
        table.add_row(*map(Text, ("✓" if one.ok else "✗", one.what, said)))
    console = Console()
    if not console.is_terminal:
        console.width = 1000
    console.print(table)
