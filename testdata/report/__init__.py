"""The report of an exam: the PDF that a reader sees, and the CDA document that carries it."""

from testdata.report.document import cda
from testdata.report.paper import pdf

__all__ = ["cda", "pdf"]
