"""v2a puts sound on silent pictures: a video goes in, tracks that lie on its cuts come out.

Importing this loads no torch; `v2a.pipeline` is the page that shows the whole flow.
"""

import os

# Before torch is loaded: with more threads than free cores, OpenMP's spinning is ten times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Packs are folders; only `v2a packs pull` may ask a model hub for anything.
os.environ.setdefault("HF_HUB_OFFLINE", "1")

__version__ = "0.1.0"

__all__ = ["__version__"]
