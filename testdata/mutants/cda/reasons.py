"""Why a defect of one element of a report is seen by other rules too."""

from __future__ import annotations

NO_NAME = "the birth name is one of the traits that come with an INS"
NO_TEXT = "what the entries refer to stood in the text"

ALSO: dict[str, dict[str, str]] = {
    "CDA-PAT-01A": {
        "CDA-PAT-02": "without identifier there is no INS",
        "CDA-PAT-05": "without identifier there is no local one",
    },
    "CDA-PAT-06A": {"CDA-PAT-08": NO_NAME},
    "CDA-PAT-07A": {"CDA-PAT-08": NO_NAME},
    "CDA-B3-05CA": {"CDA-B3-05M": "the modality is a qualifier of the code"},
    "CDA-B3-02X": {"CDA-B3-20": NO_TEXT},
    "CDA-B3-03X": {"CDA-B3-20": NO_TEXT},
}
