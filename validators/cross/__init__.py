"""Rules between the documents of an exam: KOS, report, message, metadata, images."""

from validators.cross import fields, given, images, manifest, message, versions  # noqa: F401 - registers rules
from validators.cross.comparison import compare
from validators.cross.dossier import Dossier, facts_of
from validators.cross.image_facts import HEAD_BYTES, image_facts

__all__ = ["HEAD_BYTES", "Dossier", "compare", "facts_of", "image_facts"]
