"""Ways to change the assertions of a conversation, and to make it anew."""

from __future__ import annotations

from testdata.conversation import consultation, login, packed, publication
from testdata.conversation.vihf import Change, Style
from testdata.exams import exam
from testdata.metadata.assertion import SAML_NAMESPACE
from testdata.metadata.registry import Element
from testdata.mutants.rewriting import Rewrite

PREFIXES = {"saml": SAML_NAMESPACE, "ds": "http://www.w3.org/2000/09/xmldsig#"}
ALPHA = exam("alpha")


def styled(style: Style) -> Rewrite:
    """The conversation with assertions of this style."""
    return lambda _raw: packed(
        [*login(ALPHA), *consultation(ALPHA, style), *publication(ALPHA, style)]
    )


def shaped(change: Change) -> Rewrite:
    """Change every assertion before it is signed."""
    return styled(Style(shape=change))


def damaged(change: Change) -> Rewrite:
    """Change every assertion after it was signed."""
    return styled(Style(damage=change))


def found(assertion: Element, path: str) -> Element:
    """The first element at a path. Raises IndexError."""
    return assertion.findall(path, PREFIXES)[0]


def without(path: str) -> Change:
    """Take an element out."""

    def change(assertion: Element) -> None:
        one = found(assertion, path)
        parent = one.getparent()
        assert parent is not None
        parent.remove(one)

    return change


def valued(path: str, text: str) -> Change:
    """Give an element another text."""

    def change(assertion: Element) -> None:
        found(assertion, path).text = text

    return change


def attributed(path: str, name: str, value: str) -> Change:
    """Give an XML attribute another value."""
    return lambda assertion: found(assertion, path).set(name, value)


def value_of(name: str) -> str:
    """The path to the value of an attribute of the assertion."""
    return f"saml:AttributeStatement/saml:Attribute[@Name='{name}']/saml:AttributeValue"
