"""Rules on any Part-10 file: file format, encoding, values (PS3.10, PS3.5)."""

from validators.dicom import character_set, encoding, file_format, lengths, values

__all__ = ["character_set", "encoding", "file_format", "lengths", "values"]
