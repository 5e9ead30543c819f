"""The conforming requests and responses that the mutants are made from."""

from testdata.mutants.wire.request_bases import REQUESTS
from testdata.mutants.wire.response_bases import RESPONSES

BASES = REQUESTS | RESPONSES
