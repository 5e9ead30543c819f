"""The pytest plugin: inert unless scenarios run.

``--sut FILE`` names the system under test; without it the reference DRIMbox is started. What takes
minutes runs when ``drimcheck run`` asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from drimcheck.harness.bench import Bench
    from drimcheck.harness.episode import Episode

MARK = "drim_scenario"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("drimcheck", "scenarios of DRIM-M")
    group.addoption("--sut", metavar="FILE", help="the system under test; default: the reference")
    group.addoption("--drim-profile", default="drim-m-homologation", metavar="NAME")
    group.addoption("--drim-out", metavar="DIR", help="folder for reports and captures")
    group.addoption("--drim-lang", choices=("fr", "en"), default="en")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARK}(scenario): a scenario of drimcheck")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the scenarios that were asked for, in their order of declaration."""
    chosen = getattr(config, "drimcheck_chosen", None)

    def kept(item: pytest.Item) -> bool:
        one = _scenario(item)
        if chosen is None:
            return one is None or not one.long
        return one is not None and one.id in chosen

    dropped = [one for one in items if not kept(one)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [one for one in items if kept(one)]


def _scenario(item: pytest.Item) -> Any:
    found = item.get_closest_marker(MARK)
    return found.args[0] if found else None


@pytest.fixture(scope="session")
def drimcheck_bench(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    """The bench of the run: that of ``drimcheck run``, or one of the options of pytest."""
    given = getattr(request.config, "drimcheck_bench", None)
    if given is not None:
        yield given
        return
    from drimcheck.harness.run_command import bench_of, options_of, write

    option = request.config.getoption
    out = Path(option("--drim-out") or tmp_path_factory.mktemp("drimcheck"))
    options = options_of(option("--sut"), option("--drim-profile"), out, option("--drim-lang"))
    with bench_of(options) as bench:
        yield bench
        write(bench.report(), options)


@pytest.fixture
def episode(request: pytest.FixtureRequest, drimcheck_bench: Bench) -> Iterator[Episode]:
    """The scenario of the test; its verdict comes when the test has acted."""
    from drimcheck.harness.bench import NotTested

    one = _scenario(request.node)
    try:
        with drimcheck_bench.running(one) as found:
            request.node.drimcheck_episode = found
            yield found
    except NotTested as why:
        pytest.skip(str(why))


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Any:
    """A scenario whose steps did not come about is not tested; one that raises is our error."""
    from drimcheck.concluding import Usage
    from drimcheck.harness.episode import NotDone
    from validators.model import Text

    found = getattr(pyfuncitem, "drimcheck_episode", None)
    if found is None:
        return (yield)
    try:
        return (yield)
    except NotDone as why:
        found.stopped = why.text
        return True
    except Usage as why:
        found.stopped = Text(str(why), str(why))
        return True
    except Exception as error:
        found.crashed = f"{type(error).__name__}: {error}"
        raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """The report of a scenario is that of its verdict, which is there once it is torn down."""
    report = yield
    one = _scenario(item)
    bench: Any = item.funcargs.get("drimcheck_bench") if isinstance(item, pytest.Function) else None
    if one is None or bench is None or call.when != "teardown":
        return report
    result = bench.results.get(one.id)
    if result is not None and result.outcome.value in ("fail", "error") and report.passed:
        report.outcome = "failed"
        report.longrepr = "\n".join(bench.failing(one.id)) or result.outcome.value
    return report
