from __future__ import annotations

import itertools
import re

import pytest
from qcloud_cos import CosS3Client

from tests.cos import api, matrix, page
from tests.cos.operations import unlike
from tests.cos.s3.operations import OPERATIONS as OF_S3

FOREIGN = re.compile(
    "(?<![a-z0-9])(amz|aws|s3|amazon|amazonaws|glacier|moto|oss|azure)(?![a-z0-9])", re.IGNORECASE
)
DOCUMENT = re.compile(r"\n\n(?:<\?xml[^>]*\?>)?\s*<(\w+)")
ALL = [one.__name__ for one in itertools.chain.from_iterable(matrix.GROUPS.values())]


@pytest.fixture(scope="module")
def endings() -> dict[str, matrix.Ending]:
    return matrix.run_all()


@pytest.mark.parametrize("name", ALL)
def test_the_official_sdk_is_answered_as_the_matrix_says(
    name: str, endings: dict[str, matrix.Ending]
) -> None:
    error = endings[name].error
    if error is not None:
        raise error


def test_no_answer_names_another_cloud(endings: dict[str, matrix.Ending]) -> None:
    found = {
        name: [FOREIGN.findall(one) for one in ending.answers if FOREIGN.search(one)]
        for name, ending in endings.items()
    }
    assert {name: words for name, words in found.items() if words} == {}
    assert all(ending.answers for ending in endings.values())


def test_every_document_has_the_name_that_the_pages_of_the_api_have(
    endings: dict[str, matrix.Ending],
) -> None:
    answers = [one for ending in endings.values() for one in ending.answers]
    names = {match[1] for one in answers if (match := DOCUMENT.search(one))}
    known = "Result|Configuration|Configurations?Output|Policy|Status|Constraint|Error"
    assert {name for name in names if not re.search(f"({known})$", name)} == {
        "DomainCertificate",
        "Retention",
        "Tagging",
    }


def test_every_method_of_the_sdk_for_objects_and_buckets_is_tried(
    endings: dict[str, matrix.Ending],
) -> None:
    public = {name for name in vars(CosS3Client) if not name.startswith(("_", "ci_"))}
    tried = set(itertools.chain.from_iterable(one.methods for one in endings.values()))
    untried = {name for name in public - tried if not unlike.LIVE.fullmatch(name)}
    assert untried == unlike.NO_STORAGE


def test_no_two_operations_have_the_same_name() -> None:
    assert len(ALL) == len(set(ALL))


def test_of_all_operations_at_least_98_in_100_work() -> None:
    assert len([*unlike.NOT_THERE, *unlike.DIFFERS]) <= 0.02 * len(ALL)


def test_the_page_tells_what_ran(endings: dict[str, matrix.Ending]) -> None:
    assert page.TABLES.written() == page.operations(endings), page.TABLES.anew


def test_the_page_of_the_api_tells_what_is_run() -> None:
    assert api.TABLES.written() == api.text(), api.TABLES.anew


def test_every_cell_that_says_works_is_run() -> None:
    assert {name for one in api.PAGES for name in api.operations_of(one)} <= set(ALL)
    named = {one.s3 for one in api.PAGES if not one.s3.startswith("(")}
    assert named == OF_S3.keys() - {"encrypted_by_the_customer"}


def test_no_page_is_listed_twice() -> None:
    numbers = [one.number for one in api.PAGES]
    assert len(numbers) == len(set(numbers))
