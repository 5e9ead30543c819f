"""The three ways of an act: by itself, by a command, by a person."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from drimcheck.harness import acts
from drimcheck.harness.acts import ActFailed, Acts, waiting
from drimcheck.harness.sut import Sut, Way


def acting(way: Way, *, interactive: bool = True) -> Acts:
    return Acts(Sut(acts={"show": way}), interactive=interactive)


def hook(code: str, seconds: float = 30) -> Acts:
    return acting(Way("hook", (sys.executable, "-c", code), seconds=seconds))


def by_hand(folder: Path | None = None, seconds: float = 30) -> Acts:
    return acting(Way("hand", folder=folder, seconds=seconds))


def test_what_the_harness_does_by_itself() -> None:
    made = Acts(Sut(), {"show": lambda values: {"shown": values["study"] == "1"}})
    assert made.do("show", study="1") == ("automatic", {"shown": True})


def test_nothing_does_it_by_itself() -> None:
    with pytest.raises(ActFailed, match=r"give acts\.show a hook"):
        Acts(Sut()).do("show", study="1")


def test_a_hook_gets_the_act_and_answers() -> None:
    made = hook("import json, sys; print(json.dumps({'got': json.load(sys.stdin)}))")
    assert made.do("show", study="1") == ("hook", {"got": {"act": "show", "study": "1"}})


@pytest.mark.parametrize("code", ["", "print('[1]')"])
def test_a_hook_that_says_nothing_of_use(code: str) -> None:
    assert hook(code).do("show") == ("hook", {})


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import sys; sys.exit('no viewer')", "the hook ended with 1: no viewer"),
        ("print('done')", "the hook answers no JSON: 'done"),
    ],
)
def test_a_hook_that_fails(code: str, said: str) -> None:
    with pytest.raises(ActFailed, match=said) as problem:
        hook(code).do("show")
    assert "\n" not in str(problem.value)


def test_a_hook_that_takes_too_long_or_is_not_there() -> None:
    with pytest.raises(ActFailed, match=r"show: .*timed out"):
        hook("import time; time.sleep(60)", seconds=0.5).do("show")
    with pytest.raises(ActFailed, match="no-such-hook"):
        acting(Way("hook", ("./no-such-hook",))).do("show")


def test_a_person_says_that_it_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("builtins.input", lambda _said: "")
    assert by_hand().do("show", study="1") == ("hand", {})
    assert "show: study: 1" in capsys.readouterr().err


def test_a_person_drops_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "POLL", 0.01)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "below").mkdir()
    dropped = tmp_path / "folder" / "a.dcm"
    drop = threading.Timer(0.1, dropped.touch)
    drop.start()
    try:
        assert by_hand(tmp_path / "folder").do("show") == ("hand", {"files": [str(dropped)]})
    finally:
        drop.join()


def test_nothing_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "POLL", 0.01)
    with pytest.raises(ActFailed, match=r"nothing came into .* in 0 s"):
        by_hand(tmp_path, seconds=0.1).do("show")


def test_nobody_is_asked_where_nobody_is() -> None:
    with pytest.raises(ActFailed, match="by hand, and --non-interactive"):
        acting(Way("hand"), interactive=False).do("show")


def test_which_acts_wait_for_a_person() -> None:
    assert waiting(Sut(acts={"show": Way("hand")}), "show")
    assert not waiting(Sut(acts={"show": Way("hook", ("x",))}), "show")
    assert not waiting(Sut(), "show")
