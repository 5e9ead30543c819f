"""The traces of scenarios in which all came as it should."""

from __future__ import annotations

import json
from functools import partial

from testdata.exams import exam
from testdata.mutants.base import Base

ALPHA = exam("alpha")
STUDY = ALPHA.study
SERIES = [one.uid for one in STUDY.series]
INSTANCES = [uid for one in STUDY.series for uid in one.instances]
FIRST, SECOND = f"urn:uuid:{ALPHA.seed.uuid('first')}", f"urn:uuid:{ALPHA.seed.uuid('second')}"
UNKNOWN = ALPHA.seed.uid("unknown study")
SOURCE = {
    "scenario": "source",
    "expected": {
        "published": [STUDY.uid],
        "unpublished": [UNKNOWN],
        "replaced": [STUDY.uid],
        "depublished": [STUDY.uid],
        "without": INSTANCES[:1],
    },
    "steps": [
        {"what": "publication", "study": STUDY.uid, "unique_id": ALPHA.kos_uid(STUDY),
         "entry": FIRST, "replaces": "", "instances": INSTANCES},
        {"what": "publication", "study": STUDY.uid, "unique_id": ALPHA.kos_uid(STUDY, 2),
         "entry": SECOND, "replaces": FIRST, "instances": INSTANCES[1:]},
        {"what": "deletion", "entry": SECOND},
        {"what": "page", "purpose": "open", "status": 200, "type": "text/html"},
        {"what": "page", "purpose": "refuse", "status": 406, "type": "text/plain"},
    ],
}  # fmt: skip
CONSO = {
    "scenario": "conso",
    "expected": {"retrieved": SERIES, "stored": INSTANCES},
    "steps": [
        *({"what": "retrieval", "series": uid, "status": 200} for uid in SERIES),
        {"what": "stored", "instances": INSTANCES},
        {"what": "request", "purpose": "source", "url": "https://db1.345.mesimagesmedicales.fr/"},
        {"what": "display", "shown": True, "by": "pixels"},
    ],
}


def written(trace: object) -> bytes:
    return (json.dumps(trace, indent=1) + "\n").encode()


BASES = {
    "scenario-source": Base("scenario", "drim-m-lab", partial(written, SOURCE)),
    "scenario-conso": Base("scenario", "drim-m-lab", partial(written, CONSO)),
}
