"""``python -m reference_drimbox``: source, conso, and the work of a person on the archive."""

from __future__ import annotations

import sys

from reference_drimbox.commands import main

if __name__ == "__main__":
    sys.exit(main())
