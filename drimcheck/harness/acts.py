"""What no protocol of DRIM-M asks of a DRIMbox: done by itself, by a hook, or by hand.

A hook is a command: it gets a JSON object on its standard input (``act`` and its values), and
answers with one on its standard output; what it writes to its error output is shown. By hand, the
question is asked on the terminal, and files are dropped into a folder.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from drimcheck.harness.sut import Sut, Way
from drimcheck.harness.told import Told

Answer = Mapping[str, Any]
POLL = 0.5


class ActFailed(Told):
    """The act was not done; the message says why, in one line."""


@dataclass(slots=True)
class Acts:
    """The acts of a run. ``automatic`` are those that the harness can do itself, by name."""

    sut: Sut
    automatic: dict[str, Callable[[Answer], Answer]] = field(default_factory=dict)
    interactive: bool = True

    def way(self, act: str) -> Way:
        return self.sut.acts.get(act, Way())

    def do(self, act: str, **values: Any) -> tuple[str, Answer]:
        """Do an act; how it was done, and what came of it. Raises ActFailed."""
        way = self.way(act)
        if way.way == "hook":
            return "hook", self._hook(way, act, values)
        if way.way == "hand":
            return "hand", self._hand(way, act, values)
        if act not in self.automatic:
            raise ActFailed(
                f"{act}: nothing here does it by itself; give acts.{act} a hook, or a hand",
                f"{act} : rien ici ne le fait de soi-même ; donner à acts.{act} une commande"
                " (hook), ou une personne (hand)",
            )
        return "automatic", self.automatic[act](values)

    def _hook(self, way: Way, act: str, values: Answer) -> Answer:
        asked = json.dumps({"act": act, **values})
        try:
            ran = subprocess.run(  # noqa: S603 - a command of the user
                way.command, input=asked, capture_output=True, text=True, timeout=way.seconds,
                check=False,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError) as problem:
            raise ActFailed(f"{act}: {problem}") from None
        if ran.returncode:
            said = f"{ran.returncode}: {ran.stderr.strip()}"
            raise ActFailed(f"{act}: the hook ended with {said}",
                            f"{act} : la commande a fini par {said}")  # fmt: skip
        try:
            found = json.loads(ran.stdout or "{}")
        except ValueError:
            raise ActFailed(f"{act}: the hook answers no JSON: {ran.stdout[:200]!r}",
                            f"{act} : la commande ne répond pas en JSON : {ran.stdout[:200]!r}",
                            ) from None  # fmt: skip
        return found if isinstance(found, dict) else {}

    def _hand(self, way: Way, act: str, values: Answer) -> Answer:
        if not self.interactive:
            raise ActFailed(f"{act}: by hand, and --non-interactive",
                            f"{act} : à la main, et --non-interactive")  # fmt: skip
        said = ", ".join(f"{name}: {value}" for name, value in values.items())
        print(f"\n{act}: {said}", file=sys.stderr)
        if way.folder is None:
            input("done? [Enter] ")
            return {}
        print(f"drop the files into {way.folder}", file=sys.stderr)
        until = time.monotonic() + way.seconds
        while time.monotonic() < until:
            found = sorted(str(one) for one in way.folder.glob("*") if one.is_file())
            if found:
                return {"files": found}
            time.sleep(POLL)
        raise ActFailed(f"{act}: nothing came into {way.folder} in {way.seconds:.0f} s",
                        f"{act} : rien n'est venu dans {way.folder} en {way.seconds:.0f} s",
                        )  # fmt: skip


def waiting(sut: Sut, act: str) -> bool:
    """Whether an act waits for a person."""
    found = sut.acts.get(act)
    return found is not None and found.way == "hand"
