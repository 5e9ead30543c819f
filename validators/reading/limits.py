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

MAX_XML_ATTRIBUTES = 1_000
"""Attributes, and namespaces declared, on one XML element."""

MAX_HL7_BYTES = 64 * 1024 * 1024
"""Longest HL7 v2 message read."""

MAX_HL7_SEGMENTS = 10_000
"""Segments in one HL7 v2 message."""

MAX_HEADER_ELEMENTS = 10_000
"""Elements in the header of a CDA document, which its schema looks at one by one."""

MAX_PDF_BYTES = 50 * 1024 * 1024
"""Longest PDF document looked into."""

MAX_PDF_INFLATED_BYTES = 32 * 1024 * 1024
"""Most that the compressed objects of a PDF document are inflated to, together."""

MAX_PDF_STREAMS = 2_000
"""Compressed objects of a PDF document looked at."""

MAX_PDF_STREAM_BYTES = 1024 * 1024
"""Most that is taken of one of them, compressed."""

MAX_PDF_LINKS = 10_000
"""Links taken from a PDF document."""

MAX_SNIFFED_BYTES = 64 * 1024
"""How far into a file its kind is looked for."""

MAX_ARCHIVE_ENTRIES = 20_000
"""Files and folders in one archive: a month of exams has five for each."""

MAX_ARCHIVE_NAME = 255
"""Characters in the name of an archive entry, its folders included."""

MAX_ARCHIVE_DEPTH = 32
"""Folders in one another in an archive. Archives in archives are not opened."""

MAX_ARCHIVE_FILE_BYTES = 64 * 1024 * 1024
"""Longest file of an archive, inflated."""

MAX_ARCHIVE_BYTES = 128 * 1024 * 1024
"""All files of an archive together, inflated."""

MAX_RATIO = 200
"""How many times longer than its compressed form a file of an archive may be..."""

MIN_RATIO_BYTES = 1024 * 1024
"""...from this length on: a short file of blanks is no bomb."""

MAX_METADATA_BYTES = 512 * 1024
"""Longest METADATA.XML of an archive: it describes the files of one exam, in some 20 kB."""

MAX_ALLOWLIST_BYTES = 16 * 1024 * 1024
"""Longest allow-list: some five hundred bytes for each of its domains."""

MAX_ALLOWLIST_TAGS = 200_000
"""Tags in an allow-list: some sixteen for each of its domains. It is held three times."""

MAX_CERTIFICATES = 16
"""Certificates that a signature may carry."""

MAX_JSON_BYTES = 32 * 1024 * 1024
"""Longest JSON document read."""

MAX_HTTP_HEAD_BYTES = 1024 * 1024
"""Longest start line and header section of one HTTP message."""

MAX_HTTP_HEADERS = 1_000
"""Header lines of one HTTP message."""

MAX_HTTP_INTERIM = 100
"""Interim (1xx) responses before the final one."""

MAX_MEDIA_RANGES = 1_000
"""Media ranges of one Accept header."""

MAX_HTTP_CHUNKS = 500_000
"""Chunks of one HTTP body: four gigabytes in the chunks of eight kilobytes that servers send."""

MAX_CHUNK_LINE_BYTES = 4 * 1024
"""Longest line with the size of a chunk, its extensions included."""

BODY_WINDOW_BYTES = 1024 * 1024
"""How much of an HTTP body is searched at a time."""

MAX_PARTS = 50_000
"""Parts of one multipart body: the instances of a study."""

MAX_PART_HEAD_BYTES = 64 * 1024
"""Longest header section of one part."""

MAX_PART_HEADERS = 100
"""Header lines of one part."""

MAX_PREAMBLE_BYTES = 16 * 1024 * 1024
"""What may stand before the first part of a multipart body."""

MAX_COLLISIONS = 1_000
"""Places where the boundary of a multipart stands inside its parts."""

MAX_INSTANCE_HEAD_BYTES = 16 * 1024 * 1024
"""How much of an instance is read: all that stands before its pixels."""

MAX_FRAGMENTS = 500_000
"""Fragments of the pixel data of all instances of one response."""

MAX_CODESTREAM_HEAD_BYTES = 64 * 1024
"""How far into a compressed frame its kind is looked for."""

MAX_ERROR_BYTES = 64 * 1024
"""How much of the explanation of an error is looked at."""

MAX_URL_BYTES = 64 * 1024
"""Longest URL judged: servers refuse far shorter ones."""

MAX_FORM_BYTES = 1024 * 1024
"""Longest form of a contextual call."""

MAX_FORM_PARAMETERS = 1_000
"""Parameters of a contextual call."""

MAX_JSON_VALUES = 2_000_000
"""Values, arrays and objects in one JSON document of metadata, as its punctuation counts them."""

MAX_JSON_ATTRIBUTES = 300_000
"""Attributes in one JSON document of metadata, those of nested items counted."""

MAX_XML_PARTS_BYTES = 32 * 1024 * 1024
"""All XML documents of one multipart together."""

MAX_EXCHANGES = 20_000
"""Exchanges of one conversation."""

MAX_TEXT_BYTES = 1024 * 1024
"""Longest form or JSON body read: a userinfo answer has some ten kilobytes."""

MAX_BODIES_BYTES = 64 * 1024 * 1024
"""Most that the compressed bodies of one conversation are inflated to, together."""

MAX_PARAMETERS = 200
"""Parameters of one query or form."""

MAX_JWT_CHARACTERS = 64 * 1024
"""Longest token taken apart."""

MAX_KEYS = 64
"""Keys of one key set."""

MAX_KEY_BITS = 8192
"""Longest RSA key that a signature is verified with."""

MAX_PAGE_BYTES = 1024 * 1024
"""How much of a page of an XDM archive is read: INDEX.HTM, README.TXT."""

MAX_SIDE_FILE_BYTES = 10_000
"""How much of CR.TXT is read: six fields."""

MAX_TRACE_BYTES = 64 * 1024 * 1024
"""Of the trace of a scenario."""
