"""What the DRIMbox Source publishes to the DMP: metadata, signature, and their transport."""

from testdata.metadata.signature import sign
from testdata.metadata.submission import Lot, submit_objects_request
from testdata.metadata.transport import publication, soap_envelope

__all__ = ["Lot", "publication", "sign", "soap_envelope", "submit_objects_request"]
