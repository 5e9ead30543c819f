"""What is wrong in ``sut.toml`` is a line that names the key, whatever is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from drimcheck.harness.sut import BadSut, read


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('seconds = "x"\n[source]', "seconds"),
        ('[source]\n[peers]\nport = "x"', "peers.port"),
        ("[source]\n[peers]\nport = true", "peers.port"),
        ('[source]\n[peers]\ntls = "yes"', "peers.tls"),
        ('[source]\n[peers]\nredirect_uris = "x"', "peers.redirect_uris"),
        ("[source]\n[peers]\ncolour = 1", "peers.colour"),
        ("acts = 3\n[source]", "acts"),
        ("[source]\n[acts]\ndance = {}", "acts.dance"),
        ('[source]\n[acts]\nshow = "hook"', "acts.show"),
        ('[source]\n[acts]\nshow = { way = "hand", seconds = "x" }', "acts.show.seconds"),
        ('[source]\n[acts]\nshow = { way = "hook", command = "x y" }', "acts.show.command"),
        ('[source]\n[network]\nresolve = "x"', "network.resolve"),
        ('[source]\n[network]\nresolve = { a = "b" }', "network.resolve"),
        ('[source]\nmllp = "host:99999"', "source.mllp"),
        ('[source]\nwado = "http://[::1"', "source.wado"),
        ('[source]\nwado = "http://host:x"', "source.wado"),
        ('[source]\nwado = "http://:80"', "source.wado"),
        ("[source]\n[token]\nfile = 3", "token.file"),
        ('[source]\n[token]\ncommand = "x"', "token.command"),
        ("source = 3", "source"),
    ],
)
def test_a_key_that_is_wrong_is_named(text: str, key: str, tmp_path: Path) -> None:
    path = tmp_path / "sut.toml"
    path.write_text(text)
    with pytest.raises(BadSut) as found:
        read(path)
    assert found.value.problems[0].startswith(f"{path}: {key}: ")
    assert all("\n" not in one for one in found.value.problems)
