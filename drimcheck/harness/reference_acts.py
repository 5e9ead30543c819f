"""What the reference does when a scenario acts upon it: by its own pages, as a user would."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from drimcheck.harness.acts import ActFailed, Answer
from drimcheck.harness.display import browser, look
from drimcheck.harness.lab import Lab
from drimcheck.harness.reference import conso_without_psc
from drimcheck.harness.user import Lost, User

POLL = 0.2
SHOWN = '.pane[data-state="done"]:not([data-shown="0"])'


@dataclass(slots=True)
class Desk:
    """A user of the Conso of the reference, from one act to the next."""

    lab: Lab
    base: str
    user: User = field(default_factory=User)

    def load_kos(self, values: Answer) -> Answer:
        """Import a KOS by hand; the study that opens."""
        self.user = User()
        page = self.user.get(f"{self.base}/login")
        path = Path(str(values["kos"]))
        page = self.user.upload(f"{self.base}/import", "file", path.name, path.read_bytes())
        study = urlsplit(page.url).path.rpartition("/")[2]
        if page.status != 200 or not urlsplit(page.url).path.startswith("/studies"):
            raise ActFailed(f"load-kos: {page.url}: {page.status}")
        return {"study": study}

    def open_call(self, values: Answer) -> Answer:
        """Go where a contextual call led, and open the exam that the search finds."""
        self.user = User()
        page = self.user.get(str(values["url"]))
        if page.status == 200:
            page = self.user.get(f"{self.base}/search")
        if page.status != 200:
            raise ActFailed(f"open-call: {page.url}: {page.status}")
        page = self.user.post(f"{self.base}/open", {"exam": str(values["exam"])})
        if page.status != 200:
            raise ActFailed(f"open-call: {page.url}: {page.status}")
        return {}

    def retrieve(self, values: Answer) -> Answer:
        """Fetch every series of a study, and wait until each is there, or is not."""
        base = f"{self.base}/api/studies/{values['study']}/series"
        found = {str(one): self._done(f"{base}/{one}", "retrieve") for one in values["series"]}
        return {
            "retrieved": [uid for uid, one in found.items() if one["state"] == "done"],
            "refused": {uid: one.get("code", 0) for uid, one in found.items()
                        if one["state"] != "done"},
        }  # fmt: skip

    def show(self, values: Answer) -> Answer:
        """Show a study in the viewer, and look at it."""
        if not browser():
            return {"shown": None}
        url = f"{self.base}/viewer/?study={values['study']}"
        return {"shown": look(url, SHOWN, self.user.jars, Path(str(values["picture"]))).shown}

    def export(self, target: str, values: Answer) -> Answer:
        """Export a study, and wait until it is done; how many images went."""
        study = values["study"]
        page = self.user.post(f"{self.base}/studies/{study}/export", {"target": target})
        number = urlsplit(page.url).path.rpartition("/")[2]
        return {"sent": self._done(f"{self.base}/api/exports/{number}", "export")["sent"]}

    def _done(self, url: str, act: str) -> Answer:
        """Ask how far something is until it runs no more; the last answer. Raises ActFailed."""
        until = time.monotonic() + self.lab.sut.seconds
        while time.monotonic() < until:
            found: Answer = self.user.get(url).json()
            if found["state"] != "running":
                return found
            time.sleep(POLL)
        seconds = f"{self.lab.sut.seconds:.0f} s"
        raise ActFailed(f"{act}: not done in {seconds}", f"{act} : pas fait en {seconds}")


def _command(lab: Lab, *arguments: str) -> Answer:
    """Run a command of the Source; the lines that it says. Raises ActFailed."""
    config = str(lab.folder / "reference" / "source.toml")
    ran = subprocess.run(  # noqa: S603 - the reference itself
        [sys.executable, "-m", "reference_drimbox", arguments[0], "--config", config,
         *arguments[1:]],
        capture_output=True, text=True, timeout=lab.sut.seconds, check=False,
    )  # fmt: skip
    if ran.returncode:
        raise ActFailed(f"{arguments[0]}: {ran.stderr.strip()}")
    return {"files": ran.stdout.splitlines()}


def _refreshed(lab: Lab) -> Answer:
    """Wait until the list was downloaded again; its configuration says how often that is."""
    before = len(lab.peers["allowlist"].exchanges)
    until = time.monotonic() + lab.sut.seconds
    while time.monotonic() < until:
        if len(lab.peers["allowlist"].exchanges) > before + 1:
            return {}
        time.sleep(POLL)
    raise ActFailed("refresh-allowlist: nobody downloads the list",
                    "refresh-allowlist : personne ne télécharge la liste")  # fmt: skip


def automatic(lab: Lab, stack: ExitStack) -> dict[str, Callable[[Answer], Answer]]:
    """The acts by name; a Conso without login is started when one is first wanted."""
    desk = Desk(lab, lab.sut.conso.base if lab.sut.conso else "")

    @cache
    def without_psc() -> Desk:
        return Desk(lab, stack.enter_context(conso_without_psc(lab)))

    def at(values: Answer) -> Desk:
        return desk if values.get("psc", True) else without_psc()

    def safely(act: Callable[[Answer], Answer]) -> Callable[[Answer], Answer]:
        def do(values: Answer) -> Answer:
            try:
                return act(values)
            except (Lost, KeyError, OSError) as problem:
                raise ActFailed(str(problem)) from None

        return do

    found: dict[str, Callable[[Answer], Answer]] = {
        "load-kos": lambda values: at(values).load_kos(values),
        "open-call": desk.open_call,
        "retrieve": lambda values: at(values).retrieve(values),
        "show": lambda values: at(values).show(values),
        "export-pacs": lambda values: desk.export("store", values),
        "import-xdm": lambda values: _command(lab, "import", str(values["archive"])),
        "export-xdm": lambda values: _command(lab, "export", "--out", str(values["out"])),
        "refresh-allowlist": lambda _values: _refreshed(lab),
    }
    return {name: safely(act) for name, act in found.items()}
