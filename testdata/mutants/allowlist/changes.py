"""Ways to change one thing in a list: in what is signed, in the signature, or after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as changed

from testdata.allowlist import signed, unsigned
from testdata.allowlist.signing import Style, sign, subject
from testdata.keys import by, issue
from testdata.keys import name as distinguished
from testdata.metadata.registry import Element
from testdata.metadata.signature import DS_NAMESPACE, XADES_NAMESPACE
from testdata.mutants.rewriting import EVERY, Rewrite, replace

PREFIXES = {"ds": DS_NAMESPACE, "xades": XADES_NAMESPACE}


def content(old: str, new: str) -> Rewrite:
    """Write ``new`` for ``old`` in the list, and sign it again."""
    return lambda _raw: sign(replace(old, new, EVERY)(unsigned()), Style())


def damaged(old: str, new: str) -> Rewrite:
    """Write ``new`` for ``old`` in the signed list."""
    return replace(old, new, EVERY)


def shaped(change: Callable[[Element], None], style: Style | None = None) -> Rewrite:
    """Change the signature before it is computed."""
    return lambda _raw: signed(changed(style or Style(), shape=change))


def found(signature: Element, path: str) -> Element:
    """The first element at a path in the signature. Raises IndexError."""
    return signature.findall(path, PREFIXES)[0]


def without(path: str) -> Callable[[Element], None]:
    """Take the first element at a path out of the signature."""

    def change(signature: Element) -> None:
        one = found(signature, path)
        parent = one.getparent()
        assert parent is not None
        parent.remove(one)

    return change


def valued(path: str, text: str) -> Callable[[Element], None]:
    """Give the first element at a path another text."""

    def change(signature: Element) -> None:
        found(signature, path).text = text

    return change


def attribute(path: str, name: str, value: str) -> Callable[[Element], None]:
    """Give an attribute of the first element at a path another value."""
    return lambda signature: found(signature, path).set(name, value)


def certified(**changes: object) -> Rewrite:
    """Sign with another certificate of the signer."""
    named = changes.pop("named", subject())
    made = issue(subject=distinguished(named), **{"serial": 3, **changes})  # type: ignore[arg-type]
    return lambda _raw: signed(Style(who=by(made)))
