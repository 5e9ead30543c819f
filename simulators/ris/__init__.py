"""A RIS: it sends reports to a Source by HL7 v2, calls a Conso, opens the links of its reports."""

from simulators.ris.calls import Way, call, open_link, viewer_link
from simulators.ris.messages import ControlIds, Form, deleted_message, report_message
from simulators.ris.mllp import Listener, MllpExchange, send

__all__ = [
    "ControlIds",
    "Form",
    "Listener",
    "MllpExchange",
    "Way",
    "call",
    "deleted_message",
    "open_link",
    "report_message",
    "send",
    "viewer_link",
]
