"""The scale of the pocket pack's label scores, fitted on photographs."""

from __future__ import annotations

from v2a.packs.manifest import ShareScale

LABELS = ShareScale(strength=1.15, lead=0.05, offset=0.4)
"""Fitted by logistic regression on one photograph of each class of ImageNet, put into wide frames
before other pictures, blurred, darkened and compressed like film. Their offset, 1.25, is lowered
by 0.85, so that a label as likely right as wrong scores 0.3, where labels begin to count as known:
film is harder than any photograph."""
