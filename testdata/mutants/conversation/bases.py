"""The conforming conversations that the mutants are made from."""

from __future__ import annotations

from testdata.conversation import consultation, images, login, logout, packed, publication
from testdata.exams import exam
from testdata.mutants.base import Base

PROFILE = "drim-m-lab"


def _psc() -> bytes:
    one = exam("alpha")
    return packed([*login(one), *images(one), *logout(one)])


def _dmp() -> bytes:
    one = exam("alpha")
    return packed([*login(one), *consultation(one), *publication(one)])


BASES = {
    "psc": Base("psc", PROFILE, _psc),
    "psc-source": Base("psc", PROFILE, _psc, {"introspections": True}),
    "dmp": Base("dmp", PROFILE, _dmp),
}
