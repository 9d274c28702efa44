"""Python runs this at every start when its folder is in PYTHONPATH: tells which files are entered.

A file counts once one of its functions is called; that a module is imported, and its classes are
made, does not enter it. It is told through a socket: children that read media may not write files.
"""

import inspect
import os
import socket
import sys
import threading
from types import FrameType
from typing import Any

FOLDERS = tuple(os.environ["V2A_ENTERED_FOLDERS"].split(os.pathsep))
teller = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
teller.connect(os.environ["V2A_ENTERED"])
known: set[str] = set()


def note(frame: FrameType, event: str, _: Any) -> None:
    """Profile function: tells a file's path when its first function is called."""
    file, is_function = frame.f_code.co_filename, frame.f_code.co_flags & inspect.CO_OPTIMIZED
    if event == "call" and is_function and file not in known:
        known.add(file)
        if file.startswith(FOLDERS):
            teller.send(file.encode())


threading.setprofile(note)
sys.setprofile(note)
