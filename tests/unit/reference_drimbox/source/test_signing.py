"""The laboratory signer of the Source."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reference_drimbox import signing


def test_a_laboratory_signer_is_made_once(tmp_path: Path) -> None:
    one, same = (signing.laboratory(tmp_path, "1") for _ in range(2))
    assert one.name == same.name
    assert (tmp_path / "signer.key").stat().st_mode & 0o077 == 0
    assert replace(one) == one
