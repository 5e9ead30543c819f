"""An example is cut where two documents differ, and what is left says where it stood."""

from __future__ import annotations

import base64

import pytest

from drimcheck.docs.writing import plain, spaced_page
from drimcheck.examples.packed import opened
from drimcheck.examples.snippet import CUT, MOST, WIDTH, snippets
from testdata.mutants import base


def _both(left: bytes, right: bytes) -> tuple[str, str]:
    before, after = opened(left), opened(right)
    assert before is not None
    assert after is not None
    found = snippets(before, after)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("PID|" + "|".join(["x" * 20] * 12) + "|{}", "PID|…"),
        (f'  <rim:Classification id="{"x " * 100}" value="{{}}"/>', "  <rim:Classification …"),
        ("Accept: " + "multipart/related, " * 12 + "{}", "Accept: …"),
    ],
)
def test_a_cut_line_keeps_its_name_and_the_difference(line: str, name: str) -> None:
    for side, value in zip(_both(*(line.format(v).encode() for v in "12")), "12", strict=True):
        shown = next(one for one in side.split("\n") if CUT in one)
        assert shown.startswith(name)
        assert value in shown[len(name) :]
        assert len(shown) <= WIDTH + len(CUT) * 2


def test_a_data_element_that_is_cut_keeps_its_path() -> None:
    raw = base("drim-m")
    good, bad = _both(raw, raw.replace(b"/dicom-web-rs/", b"/dicom-web-sr/", 1))
    path = "(0040,A375)[0].(0008,1115)[0].(0008,1190) UR RetrieveURL: "
    assert good.startswith(path)
    assert bad.startswith(path)
    assert "/dicom-web-sr/" in bad


def test_what_is_packed_in_base64_is_compared_as_what_it_is() -> None:
    paper = b"%PDF-1.4\n1 0 obj\n<< /URI (https://a.example/1) >>\nendobj\n" + b"% \n" * 80
    good, bad = _both(
        *(
            b"<text>" + base64.b64encode(one) + b"</text>"
            for one in (paper, paper.replace(b"a.example", b"b.example"))
        )
    )
    assert "<< /URI (https://a.example/1) >>" in good
    assert "<< /URI (https://b.example/1) >>" in bad


def test_base64_that_is_alike_is_its_start() -> None:
    value = "A" * 88
    good, _ = _both(*(f'<v id="{one}">{value}</v>'.encode() for one in "12"))
    assert good == f'<v id="1">{"A" * 24}…</v>'


def test_lines_beyond_the_most_are_left_out() -> None:
    good, bad = _both(b"a\n" * 3, b"b\n" * 3 + b"c\n" * 40)
    assert good == "a\na\na"
    assert len(bad.split("\n")) <= MOST
    assert CUT in bad


def test_no_text_of_the_catalogue_acts_as_markdown_or_html() -> None:
    assert plain("<b>*x*</b> [a](b) |") == r"&lt;b&gt;\*x\*&lt;/b&gt; \[a\](b) \&#124;".replace(
        r"\&#124;", "&#124;"
    )


def test_french_space_is_no_break_but_in_code() -> None:
    text = "Quoi ? « oui » : `a : b`\n\n```sh\na : b\n```\n"
    assert spaced_page(text) == (
        "Quoi\u00a0? «\u00a0oui\u00a0»\u00a0: `a : b`\n\n```sh\na : b\n```\n"
    )
