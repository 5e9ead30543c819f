"""A PACS: an archive that is asked by DIMSE (PS3.4) and DICOMweb (PS3.18), and sends on demand."""

from simulators.pacs.archive import Archive, NotAnInstance, of_exam, of_files
from simulators.pacs.node import Pacs
from simulators.pacs.rejection import note
from simulators.pacs.transfer import NoAssociation, Sent, send

__all__ = [
    "Archive",
    "NoAssociation",
    "NotAnInstance",
    "Pacs",
    "Sent",
    "note",
    "of_exam",
    "of_files",
    "send",
]
