"""What the readers will not go beyond. Passing a limit is *not evaluated*, never a crash."""

MAX_FILE_BYTES = 256 * 1024 * 1024
"""Longest Part-10 file read whole."""

MAX_KOS_BYTES = 64 * 1024 * 1024
"""Longest Key Object Selection judged: it lists instances, a hundred bytes for each."""

MAX_DESCRIPTION_LINES = 20_000
"""Lines into which a Key Object Description is cut; what is beyond is one last line."""

MAX_INFLATED_BYTES = 64 * 1024 * 1024
"""Longest data set inflated from the Deflated Explicit VR Little Endian transfer syntax."""

MAX_DEPTH = 64
"""Sequences nested in one another."""

MAX_ELEMENTS = 500_000
"""Data elements in one data set, those of nested items counted."""

MAX_DEFECTS = 10_000
"""Defects kept of one rule on one subject; the report then says *at least*."""

MAX_ITEMS = 500_000
"""Sequence items in one data set."""

MAX_XML_BYTES = 64 * 1024 * 1024
"""Longest XML document read."""

MAX_XML_DEPTH = 256
"""XML elements nested in one another."""

MAX_XML_ELEMENTS = 500_000
"""Elements in one XML document."""

MAX_HL7_BYTES = 64 * 1024 * 1024
"""Longest HL7 v2 message read."""

MAX_HL7_SEGMENTS = 10_000
"""Segments in one HL7 v2 message."""

MAX_HEADER_ELEMENTS = 20_000
"""Elements in the header of a CDA document, which its schema looks at one by one."""

MAX_PDF_BYTES = 50 * 1024 * 1024
"""Longest PDF document looked into."""

MAX_PDF_INFLATED_BYTES = 32 * 1024 * 1024
"""Most that the compressed objects of a PDF document are inflated to, together."""

MAX_PDF_LINKS = 10_000
"""Links taken from a PDF document."""
