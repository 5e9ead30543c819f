"""The jobs that ``drimcheck init --ci`` writes, against the schemas of the forges."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from drimcheck.cli import main
from drimcheck.harness import run_command
from reports.writing import FILES

SCHEMAS = files("check_jsonschema") / "builtin_schemas" / "vendor"
JOBS = {
    "gitlab": (".gitlab-ci.yml", "gitlab-ci.json"),
    "github": (".github/workflows/drimcheck.yml", "github-workflows.json"),
}
WRITTEN = {f"report/{name}" for names in FILES.values() for name in names}


def job(forge: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Any]:
    """The text of a job and what a YAML 1.2 reader reads in it."""
    monkeypatch.chdir(folder)
    assert main(["init", "--ci", forge]) == 0
    text = (folder / JOBS[forge][0]).read_text(encoding="utf-8")
    return text, YAML(typ="safe", pure=True).load(text)


@pytest.mark.parametrize("forge", JOBS)
def test_a_job_is_as_the_forge_says(
    forge: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, read = job(forge, tmp_path, monkeypatch)
    schema = json.loads((SCHEMAS / JOBS[forge][1]).read_text("utf-8"))
    jsonschema.Draft7Validator(schema).validate(read)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate({**read, "jobs": 1, "drimcheck": 1})


@pytest.mark.parametrize("forge", JOBS)
def test_a_job_takes_files_that_a_run_writes(
    forge: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, _ = job(forge, tmp_path, monkeypatch)
    named = set(re.findall(r"report/[\w.]+", text))
    assert named
    assert named <= WRITTEN | {f"report/{name}" for name in run_command.WRITTEN}


def test_gitlab_shows_cases_and_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, read = job("gitlab", tmp_path, monkeypatch)
    kept = read["drimcheck"]["artifacts"]
    assert kept["when"] == "always"
    assert kept["reports"].keys() == {"junit", "codequality"}


def test_github_may_take_sarif_and_shows_the_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, read = job("github", tmp_path, monkeypatch)
    assert read["permissions"]["security-events"] == "write"
    steps = read["jobs"]["drimcheck"]["steps"]
    after = steps[1 + next(i for i, one in enumerate(steps) if "drimcheck run" in str(one)) :]
    assert all("always()" in one["if"] for one in after)
    assert any("GITHUB_STEP_SUMMARY" in one.get("run", "") for one in after)
