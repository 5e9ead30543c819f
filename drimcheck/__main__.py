"""``python -m drimcheck``."""

from drimcheck.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
