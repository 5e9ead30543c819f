"""Compressed frames of 8 by 8 pixels: what is judged of them is their kind, not their picture.

Made with imagecodecs, which is an extra: the mutants need them without it.
"""

from base64 import b64decode

JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4R"
    "DgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EAB0QAAAF"
    "BQAAAAAAAAAAAAAAAAASFyczVGeEk/D/2gAIAQEAAD8AP9sEJuTlVWmHjD//2Q=="
)
"""Baseline JPEG, 8 bits, grey (1.2.840.10008.1.2.4.50)."""
JPEG_LS = b64decode(
    "/9j/6AAgU1BJRkYAAgAAAQAAAAgAAAAIChAGAQAAASwAAAEs/+gACAAAAAH/2P/3AAsQAAgACAEBEQD/+AANAf//"
    "ABIAQwEUAED/2gAIAQEAAAAAQtgDAGBIGhsGjECYBQJG14ADaUAIQwOgIbGbAgWNyjZsEYLgI0pC+CrPEJoCwIgE"
    "g1B2EECoTQZg+AzWYo+BtftpQIgyAY2ANmwMG4IAQHACDUDhreA8A8AYEP/Z"
)
"""Lossless JPEG-LS, 12 bits, grey (1.2.840.10008.1.2.4.80)."""
