"""What a Conso does: subjects (i) to (v) (DRIM-M H)."""

from __future__ import annotations
