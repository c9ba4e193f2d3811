from __future__ import annotations

from tests.cos import api, matrix
from tests.cos.s3.operations import OPERATIONS as OF_S3


def test_the_page_tells_what_is_run() -> None:
    assert api.written() == api.text(), "`python -m tests.cos.api` writes it anew"


def test_every_cell_that_says_works_is_run() -> None:
    """test_operations and test_s3_operations run each operation of these names."""
    run = {one.__name__ for group in matrix.GROUPS.values() for one in group}
    assert {name for page in api.PAGES for name in api.operations_of(page)} <= run
    named = {page.s3 for page in api.PAGES if not page.s3.startswith("(")}
    assert named == OF_S3.keys() - {"encrypted_by_the_customer"}


def test_no_page_is_listed_twice() -> None:
    numbers = [page.number for page in api.PAGES]
    assert len(numbers) == len(set(numbers))
