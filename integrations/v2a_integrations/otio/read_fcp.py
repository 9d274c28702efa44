"""Reads FCP 7 XML by its adapter's own parser, with nested sequences, which that leaves empty.

The parser of otio-fcp-adapter 1.0.0 looks for a nested sequence's tracks in the sequence itself;
they are in its `media`, where it rightly looks for those of the outermost one.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree


def read_fcp(text: bytes) -> Any:
    """The timeline or collection of timelines of an FCP 7 XML file; raises its parser's errors."""
    import opentimelineio as otio

    module = otio.adapters.from_name("fcp_xml").module()
    parser = _nesting(module.FCP7XMLParser)(ElementTree.fromstring(text))
    sequences = parser.top_level_sequences()
    if not sequences:
        raise ValueError("it holds no sequence")
    if len(sequences) == 1:
        return sequences[0]
    return otio.schema.SerializableCollection("Sequences", sequences)


def _nesting(parser: type[Any]) -> type[Any]:
    class NestingParser(parser):
        """The parser, told where a nested sequence keeps its tracks."""

        def stack_for_element(self, element: Any, context: Any) -> Any:
            """The stack of a sequence or of its media."""
            media = element.find("./media") if element.tag == "sequence" else None
            if media is None:
                return super().stack_for_element(element, context)
            inside = context.context_pushing_element(element)
            stack = super().stack_for_element(self._derefed_element(media), inside)
            stack.name = element.findtext("./name", "")
            return stack

    return NestingParser
