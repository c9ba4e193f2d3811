from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from coslocal.functions import Failure, LogLine, ProcessFunction, Returned

MakeFunction = Callable[..., ProcessFunction]

HANDLERS = Path(__file__).parent
LONG = 30.0


@pytest.fixture
def make() -> Iterator[MakeFunction]:
    made: list[ProcessFunction] = []

    def make_function(
        module: str = "handlers",
        **options: Any,
    ) -> ProcessFunction:
        options.setdefault("instances", 1)
        options.setdefault("folder", HANDLERS)
        function = ProcessFunction("echo", module, {"COLOUR": "red"}, **options)
        made.append(function)
        return function

    yield make_function
    for function in made:
        function.close()


def value(function: ProcessFunction, **event: Any) -> Any:
    outcome = function.invoke(event)
    assert isinstance(outcome, Returned), outcome
    return outcome.value


def failure(function: ProcessFunction, **event: Any) -> Failure:
    outcome = function.invoke(event)
    assert isinstance(outcome, Failure)
    return outcome


def test_an_event_goes_in_and_a_value_comes_out(make: MakeFunction) -> None:
    answer = value(make(), do="echo", text="中\n" * 20_000)
    assert answer == {"event": {"do": "echo", "text": "中\n" * 20_000}, "function": "echo"}


def test_one_process_serves_many_events_one_after_the_other(make: MakeFunction) -> None:
    function = make()
    assert value(function, do="pid") == value(function, do="pid")


def test_a_process_sees_its_own_environment_and_not_the_callers(
    make: MakeFunction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid")
    seen = value(make(), do="environment", names=["COLOUR", "HTTPS_PROXY"])
    assert seen == {"COLOUR": "red", "HTTPS_PROXY": None}


def test_a_changed_environment_reaches_the_running_process(make: MakeFunction) -> None:
    function = make()
    pid = value(function, do="pid")
    function.environment["COLOUR"] = "blue"
    assert value(function, do="environment", names=["COLOUR"]) == {"COLOUR": "blue"}
    assert value(function, do="pid") == pid


def test_what_it_prints_is_its_log_and_not_its_value(make: MakeFunction) -> None:
    lines: list[LogLine] = []
    function = make(write_log=lines.append)
    assert value(function, do="print", text='{"value": 1}') is None
    assert sorted(line.text for line in lines) == ["to stderr", '{"value": 1}']
    assert {line.function for line in lines} == {"echo"}


def test_an_exception_is_an_execution_error_with_its_traceback(make: MakeFunction) -> None:
    function = make()
    error = failure(function, do="raise", text="invented")
    assert (error.kind, error.code) == ("execution", 430)
    assert error.message.rstrip().endswith("ValueError: invented")
    assert value(function, do="echo")


def test_a_value_that_is_no_json_is_an_execution_error(make: MakeFunction) -> None:
    assert failure(make(), do="return an object").kind == "execution"


def test_a_process_that_dies_is_a_system_error_and_is_replaced(make: MakeFunction) -> None:
    function = make()
    pid = value(function, do="pid")
    error = failure(function, do="exit")
    assert (error.kind, error.code, error.message) == ("system", 439, "The process exited with 3")
    assert value(function, do="pid") != pid


def test_a_process_over_its_time_is_killed_and_replaced(make: MakeFunction) -> None:
    function = make(time_limit=0.3)
    function.warm()
    error = failure(function, do="hang")
    assert (error.kind, error.code) == ("execution", 433)
    function._time_limit = 60  # noqa: SLF001
    assert value(function, do="echo")


def test_a_module_that_can_not_be_imported_is_an_execution_error(
    make: MakeFunction, tmp_path: Path
) -> None:
    (tmp_path / "broken.py").write_text("raise RuntimeError('invented')")
    error = failure(make("broken", folder=tmp_path), do="echo")
    assert error.kind == "execution"
    assert "RuntimeError: invented" in error.message


def test_two_instances_are_two_processes(make: MakeFunction) -> None:
    function = make(instances=2)
    first = function._idle.get()  # noqa: SLF001
    pid = value(function, do="pid")
    function._idle.put(first)  # noqa: SLF001
    assert value(function, do="pid") != pid


def test_a_packaged_function_can_import_its_own_folder_and_nothing_else(
    make: MakeFunction, tmp_path: Path
) -> None:
    source = """
import importlib.util, sys, helper
def main_handler(event, context):
    found = {name: importlib.util.find_spec(name) is not None for name in event["names"]}
    return {"found": found, "helper": helper.__file__, "executable": sys.executable}
"""
    (tmp_path / "index.py").write_text(source)
    (tmp_path / "helper.py").write_text("")
    function = make("index", folder=tmp_path, runtime=sys.executable)
    answer = value(function, names=["json", "requests", "coslocal", "pytest"])
    assert answer["found"] == {
        "json": True,
        "requests": False,
        "coslocal": False,
        "pytest": False,
    }
    assert Path(answer["helper"]).resolve() == (tmp_path / "helper.py").resolve()
    assert not list(tmp_path.rglob("__pycache__"))


def test_a_process_that_was_killed_is_replaced(make: MakeFunction) -> None:
    function = make()
    assert function.kill() is None
    value(function, do="pid")
    (first,) = function.process_ids
    assert function.kill() == "idle"
    assert value(function, do="pid") != first


def test_a_process_killed_at_work_is_a_system_error(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        "import time\ndef main_handler(event, context):\n"
        "    print('began', flush=True)\n    time.sleep(60)\n"
    )
    began = threading.Event()
    function = ProcessFunction("slow", "slow", {}, lambda _line: began.set(), folder=tmp_path)
    with ThreadPoolExecutor(1) as threads:
        outcome = threads.submit(function.invoke, {})
        assert began.wait(LONG)
        assert function.is_busy
        assert function.kill() == "busy"
        failure = outcome.result(LONG)
    assert isinstance(failure, Failure)
    assert (failure.kind, failure.message) == ("system", "The process exited with -9")
    assert not function.is_busy


def test_a_module_sees_the_environment_while_it_is_imported(
    make: MakeFunction, tmp_path: Path
) -> None:
    source = "import os\nSEEN = os.environ['COLOUR']\ndef main_handler(*_): return SEEN\n"
    (tmp_path / "seen.py").write_text(source)
    assert value(make("seen", folder=tmp_path)) == "red"


def test_any_function_of_a_module_can_be_the_handler(make: MakeFunction, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/photos.py").write_text("def thumbnail(*_): return 'small'\n")
    assert value(make("src.photos", folder=tmp_path, entry="thumbnail")) == "small"


def test_what_is_raised_is_in_the_log_after_what_was_printed(make: MakeFunction) -> None:
    lines: list[LogLine] = []
    function = make(write_log=lines.append)
    failure(function, do="raise", text="invented")
    assert lines[0].text == "Traceback (most recent call last):"
    assert lines[-1] == LogLine("echo", "ValueError: invented")


def test_an_event_that_took_too_long_is_in_the_log(make: MakeFunction) -> None:
    lines: list[LogLine] = []
    failure(make(time_limit=0.3, write_log=lines.append), do="hang")
    assert lines == [LogLine("echo", "Invoking task timed out after 0.3 s")]


def test_a_module_that_has_changed_is_loaded_again(make: MakeFunction, tmp_path: Path) -> None:
    lines: list[LogLine] = []
    (tmp_path / "index.py").write_text("import helper\ndef main_handler(*_): return helper.A\n")
    (tmp_path / "helper.py").write_text("A = 1\n")
    function = make("index", folder=tmp_path, write_log=lines.append)
    assert value(function) == 1
    (tmp_path / "helper.py").write_text("A = 22\n")
    assert value(function) == 22
    assert lines == [LogLine("echo", "(loaded again, since helper.py changed)")]


def test_a_module_that_was_broken_is_loaded_again_once_it_is_not(
    make: MakeFunction, tmp_path: Path
) -> None:
    (tmp_path / "index.py").write_text("def main_handler(*_) return 1\n")
    function = make("index", folder=tmp_path)
    assert "SyntaxError" in failure(function).message
    (tmp_path / "index.py").write_text("def main_handler(*_): return 1\n")
    assert value(function) == 1


NODE = """
const helper = require("./helper");
exports.main_handler = async (event, context) => {
  console.log(event.text);
  if (event.fails) {
    throw new Error("invented");
  }
  return { colour: process.env.COLOUR, function: context.function_name, helper: helper.A };
};
exports.told = (event, context, callback) => setTimeout(() => callback(null, event.text), 1);
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_a_function_in_javascript_does_the_same(make: MakeFunction, tmp_path: Path) -> None:
    lines: list[LogLine] = []
    (tmp_path / "index.js").write_text(NODE)
    (tmp_path / "helper.js").write_text("exports.A = 1;\n")
    options: dict[str, Any] = {"folder": tmp_path, "language": "Nodejs", "write_log": lines.append}
    function = make("index", **options)
    assert value(function, text="hello") == {"colour": "red", "function": "echo", "helper": 1}
    error = failure(function, text="again", fails=True)
    assert (error.code, error.message.splitlines()[0]) == (430, "Error: invented")
    (tmp_path / "helper.js").write_text("exports.A = 22;\n")
    assert value(function, text="more")["helper"] == 22
    texts = [line.text for line in lines]
    assert texts[:3] == ["hello", "again", "Error: invented"]
    assert texts[-2:] == ["(loaded again, since helper.js changed)", "more"]
    assert value(make("index", entry="told", **options), text="told") == "told"
    assert "no function" in failure(make("index", entry="missing", **options)).message


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_what_a_function_in_javascript_printed_is_logged_before_its_value_is_returned(
    make: MakeFunction, tmp_path: Path
) -> None:
    lines: list[LogLine] = []
    (tmp_path / "index.js").write_text(
        "exports.main_handler = () => "
        "{ for (let i = 0; i < 5000; i += 1) console.log(`line ${i}`); };"
    )
    function = make("index", folder=tmp_path, language="Nodejs", write_log=lines.append)
    value(function)
    assert [line.text for line in lines] == [f"line {number}" for number in range(5000)]
