"""HL7 v2 messages: the report on its way to the DRIMbox Source, and what concerns its exam."""

from testdata.message.acknowledge import acknowledgement
from testdata.message.imaging import exam_deleted
from testdata.message.report import mdm, oru

__all__ = ["acknowledgement", "exam_deleted", "mdm", "oru"]
