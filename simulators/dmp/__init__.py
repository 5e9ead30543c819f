"""The DMP: registry and repository of XDS.b, and who may look into a record (DRIM-M F.1)."""

from simulators.dmp.application import SERVICES, application
from simulators.dmp.archive import archive, load_archive
from simulators.dmp.store import FORBIDDEN, VALID, Store

__all__ = ["FORBIDDEN", "SERVICES", "VALID", "Store", "application", "archive", "load_archive"]
