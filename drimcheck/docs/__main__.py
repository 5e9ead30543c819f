"""``make docs``: the documentation as a site that needs no network."""

from __future__ import annotations

import argparse
from pathlib import Path

from drimcheck.docs.site import build


def main() -> None:
    """Build the site, and say where it lies."""
    options = argparse.ArgumentParser(prog="drimcheck.docs", description=__doc__)
    options.add_argument("--out", type=Path, default=Path("build/docs"), metavar="DIR")
    site = build(options.parse_args().out)
    print(site / "index.html")


if __name__ == "__main__":
    main()
