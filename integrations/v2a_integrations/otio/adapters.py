"""The file endings that the installed adapters of OpenTimelineIO read and write."""

from __future__ import annotations

import sys


def reading() -> set[str]:
    """Endings, without the dot, that an installed adapter reads."""
    import opentimelineio as otio

    _share_schemas()
    return set(otio.adapters.suffixes_with_defined_adapters(read=True))


def writing() -> set[str]:
    """Endings, without the dot, that an installed adapter writes."""
    import opentimelineio as otio

    _share_schemas()
    return set(otio.adapters.suffixes_with_defined_adapters(write=True))


def _share_schemas() -> None:
    """Load a file that is both an adapter and a schema once, before the library loads it twice.

    The library would load it twice, and that of XGES refuses to write markers which the classes
    of its other self have read.
    """
    import opentimelineio as otio

    manifest = otio.plugins.ActiveManifest()
    defined = {plugin.module_abs_path(): plugin for plugin in manifest.schemadefs}
    for adapter in manifest.adapters:
        schemas = defined.get(adapter.module_abs_path())
        if schemas is not None:
            name = f"{otio.adapters.__name__}.{adapter.name}"
            sys.modules.setdefault(name, schemas.module())
