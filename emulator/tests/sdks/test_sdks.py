from __future__ import annotations

from pathlib import Path

import pytest

from tests.sdks import node_examples, page, python_examples


def test_the_documented_examples_of_the_python_sdk_work_as_the_page_says() -> None:
    endings = python_examples.run()  # once: every worker would run all of them for a fixture
    failed = {method: str(error) for method, error in endings.items() if error is not None}
    assert failed.keys() == python_examples.NOT_THERE.keys(), failed
    assert all(code in failed[method] for method, code in python_examples.NOT_THERE.items())
    assert page.PYTHON.written() == page.python_table(endings), page.PYTHON.anew


def test_98_in_100_of_the_python_sdks_examples_work() -> None:
    missing = len(python_examples.NOT_THERE)
    assert missing <= 0.02 * len(python_examples.methods())


@pytest.mark.node
def test_the_documented_examples_of_the_node_sdk_work_as_the_page_says(tmp_path: Path) -> None:
    endings, methods = node_examples.run(node_examples.installed(tmp_path))
    assert {name: error for name, error in endings.items() if error is not None} == {}
    tried = {one for name in endings for one in name.partition(":")[0].split(", ")}
    spelt_otherwise = {one for one in methods if one[-3:] == "ACL" or one[-4:] == "CORS"}
    assert methods - tried - spelt_otherwise == node_examples.LEGACY
    assert page.NODE.written() == page.node_table(endings), page.NODE.anew
