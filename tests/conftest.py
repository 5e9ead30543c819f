"""What several test folders need: the samples, the tools, the plans of the profiles."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from validators.catalogue import profile
from validators.engine import Plan, judge, plan
from validators.kinds import KINDS, register
from validators.model import Result

register()
REQUIRE_TOOLS = bool(os.environ.get("DRIMCHECK_REQUIRE_TOOLS"))


def unavailable(reason: str) -> None:
    """Skip, saying so; or fail, where every tool must be there."""
    if REQUIRE_TOOLS:
        pytest.fail(f"{reason}, and DRIMCHECK_REQUIRE_TOOLS is set")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of the real files; skips where DRIM_SAMPLES does not name it."""
    folder = os.environ.get("DRIM_SAMPLES")
    if not folder:
        pytest.skip("DRIM_SAMPLES names no folder of samples")
    return Path(folder)


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """The path of a program that is not a dependency of the suite."""

    def find(name: str) -> str:
        found = shutil.which(name)
        if found is None:
            unavailable(f"{name} is not installed")
        assert found is not None
        return found

    return find


@cache
def plan_of(name: str, kind: str = "kos") -> Plan:
    chosen = profile(name)
    return plan(chosen, kind, on=chosen.reference_date)


def results(raw: bytes, profile_name: str, kind: str = "kos") -> dict[str, Result]:
    """The results of a document under a profile, by rule."""
    return {one.rule: one for one in judge(plan_of(profile_name, kind), KINDS[kind].load(raw))}


def failing(found: dict[str, Result], *outcomes: str) -> set[str]:
    """The rules of these outcomes, or those that failed."""
    return {rule for rule, one in found.items() if one.outcome in (outcomes or ("fail", "error"))}
