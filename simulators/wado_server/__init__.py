"""A DRIMbox Source as its DRIMbox Conso sees it: WADO-RS (DRIM-M C; PS3.18 10.4)."""

from simulators.wado_server.application import application
from simulators.wado_server.holding import Holding, exam_holding, folder_holding
from simulators.wado_server.tokens import introspection

__all__ = ["Holding", "application", "exam_holding", "folder_holding", "introspection"]
