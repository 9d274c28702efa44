"""Options that start a daemon, and how its own command line spells them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, cast

import typer

RootsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--root",
        resolve_path=True,
        help="Folder that media and results may lie in. Repeatable. [default: home, media]",
    ),
]
ListenOption = Annotated[
    str | None,
    typer.Option("--listen", help="unix:PATH or HOST:PORT. [default: your own socket]"),
]
TlsCertOption = Annotated[
    Path | None, typer.Option("--tls-cert", resolve_path=True, help="Certificates, PEM.")
]
TlsKeyOption = Annotated[
    Path | None, typer.Option("--tls-key", resolve_path=True, help="Their private key, PEM.")
]


def arguments(**said: str | float | Path | Sequence[Path] | None) -> list[str]:
    """`--name value` for everything that was said, once for each of several values."""
    words: list[str] = []
    for name, value in said.items():
        values = cast(list[Any], value if isinstance(value, list) else [value])
        for one in values:
            if one is not None:
                words += [f"--{name.replace('_', '-')}", str(one)]
    return words
