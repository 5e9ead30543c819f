"""Images and other objects of an exam: real pixels, complete IODs, every transfer syntax."""

from testdata.images.objects import instance

__all__ = ["instance"]
