"""The conforming conversations that the mutants are made from."""

from __future__ import annotations

from testdata.conversation import images, login, logout, packed
from testdata.exams import exam
from testdata.mutants.base import Base

PROFILE = "drim-m-lab"


def _psc() -> bytes:
    one = exam("alpha")
    return packed([*login(one), *images(one), *logout(one)])


BASES = {
    "psc": Base("psc", PROFILE, _psc),
    "psc-source": Base("psc", PROFILE, _psc, {"introspections": True}),
}
