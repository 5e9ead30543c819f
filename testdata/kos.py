"""The generated Key Object Selections, by the profile that they conform to."""

from testdata.kos_drim_m import drim_m_kos
from testdata.kos_mado import mado_kos
from testdata.kos_parts import read, write
from testdata.kos_xds_i import generic_kos, xds_i_kos

__all__ = ["drim_m_kos", "generic_kos", "mado_kos", "read", "write", "xds_i_kos"]
