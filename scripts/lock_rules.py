"""Add the rules that have no line yet to the lock: an id, once there, is never reused.

python scripts/lock_rules.py
"""

import tomllib
from pathlib import Path

from drimcheck import __version__
from validators.kinds import register
from validators.rules import RULES

LOCK = Path(__file__).parent.parent / "validators" / "catalogue" / "rules.lock.toml"
HEAD = "# Rule ids: append only. An id is never reused, nor its meaning changed.\n"


def main() -> None:
    register()
    text = LOCK.read_text(encoding="utf-8") if LOCK.exists() else HEAD
    known = tomllib.loads(text).get("rule", {})
    for rule in RULES.values():
        if rule.id not in known:
            text += f'\n[rule.{rule.id}]\nname = "{rule.name}"\nsince = "{__version__}"\n'
            text += 'status = "stable"\n'
    LOCK.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
