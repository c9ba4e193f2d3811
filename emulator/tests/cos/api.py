"""The pages of COS's API documentation (the list of operations, 436/10111), and what answers them.

`python -m tests.cos.api` writes the page of it anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from tests.cos import matrix
from tests.cos.operations.settings import WITHOUT_EFFECT
from tests.cos.operations.unlike import DIFFERS, NOT_THERE
from tests.cos.s3.operations import OPERATIONS as OF_S3
from tests.pages import Tables

TABLES: Final = Tables("api.md", "pages", "tests.cos.api")
NO_S3: Final = "S3 has no such request"
ELSEWHERE: Final = "another host, not served here"


class ApiPage(NamedTuple):
    """A page: its title and number, and what was run of it at each door.

    `cos` are names of operations of the matrix, `s3` one of boto3's; a text in brackets says why
    there are none.
    """

    title: str
    number: str
    cos: str
    s3: str


def _of(group: str, s3: str, *pages: tuple[str, str, str]) -> list[ApiPage]:
    return [ApiPage(title, number, cos or group, s3) for title, number, cos in pages]


GROUPS: Final[Mapping[str, Sequence[ApiPage]]] = {
    "Service": _of("list_buckets", "list_buckets", ("GET Service", "8291", "")),
    "Buckets": [
        ApiPage("PUT Bucket", "7738", "create_bucket create_bucket_twice", "buckets"),
        ApiPage("GET Bucket", "30614", "list_everything list_folders list_in_pages", "listing"),
        ApiPage("HEAD Bucket", "7735", "head_bucket head_missing_bucket", "buckets"),
        ApiPage("DELETE Bucket", "7732", "delete_bucket delete_bucket_with_objects", "buckets"),
        ApiPage("GET Bucket Object versions", "31551", "list_versions_in_pages", "versions"),
        *_of(
            "bucket_acl bucket_grants bucket_access_policy",
            "bucket_acl",
            ("PUT Bucket acl", "7737", ""),
            ("GET Bucket acl", "7733", ""),
        ),
        *_of(
            "bucket_cors",
            "cors",
            ("PUT Bucket cors", "8279", ""),
            ("GET Bucket cors", "8274", ""),
            ("DELETE Bucket cors", "8283", ""),
        ),
        *_of(
            "bucket_lifecycle",
            "lifecycle",
            ("PUT Bucket lifecycle", "8280", ""),
            ("GET Bucket lifecycle", "8278", ""),
            ("DELETE Bucket lifecycle", "8284", ""),
        ),
        *_of(
            "bucket_policy",
            "policy",
            ("PUT Bucket policy", "8282", ""),
            ("GET Bucket policy", "8276", ""),
            ("DELETE Bucket policy", "8285", ""),
        ),
        *_of(
            "bucket_referer",
            f"({NO_S3})",
            ("PUT Bucket referer", "31423", ""),
            ("GET Bucket referer", "30615", ""),
        ),
        *_of(
            "bucket_tagging",
            "tagging",
            ("PUT Bucket tagging", "8281", ""),
            ("GET Bucket tagging", "8277", ""),
            ("DELETE Bucket tagging", "8286", ""),
        ),
        *_of(
            "bucket_website",
            "website",
            ("PUT Bucket website", "30617", ""),
            ("GET Bucket website", "30616", ""),
            ("DELETE Bucket website", "30629", ""),
        ),
        *_of(
            "bucket_tiering",
            f"({NO_S3})",
            ("PUT Bucket IntelligentTiering", "38314", ""),
            ("GET Bucket IntelligentTiering", "38315", ""),
        ),
        *_of(
            "bucket_inventory",
            "inventory",
            ("PUT Bucket inventory", "30625", ""),
            ("GET Bucket inventory", "30623", ""),
            (
                "List Bucket Inventory Configurations",
                "30627",
                "bucket_inventory bucket_inventories_in_pages",
            ),
            ("DELETE Bucket inventory", "30626", ""),
        ),
        ApiPage("POST Bucket inventory", "46869", "inventory_at_once", f"({NO_S3})"),
        *_of(
            "bucket_versioning",
            "versions",
            ("PUT Bucket versioning", "19889", ""),
            ("GET Bucket versioning", "19888", ""),
        ),
        *_of(
            "bucket_replication",
            "replication",
            ("PUT Bucket replication", "19223", ""),
            ("GET Bucket replication", "19222", ""),
            ("DELETE Bucket replication", "19221", ""),
        ),
        *_of(
            "bucket_logging",
            "logging",
            ("PUT Bucket logging", "17054", ""),
            ("GET Bucket logging", "17053", ""),
        ),
        *_of(
            "bucket_acceleration",
            "accelerate",
            ("PUT Bucket Accelerate", "33411", ""),
            ("GET Bucket Accelerate", "33412", ""),
        ),
        *_of(
            "bucket_encryption",
            "encryption",
            ("PUT Bucket encryption", "33459", ""),
            ("GET Bucket encryption", "33460", ""),
            ("DELETE Bucket encryption", "33461", ""),
        ),
        *_of(
            "bucket_object_lock retention",
            "object_lock",
            ("PUT Bucket ObjectLockConfiguration", "40133", ""),
            ("GET Bucket ObjectLockConfiguration", "40134", ""),
        ),
        *_of(
            "bucket_origin",
            f"({NO_S3})",
            ("PUT Bucket Origin", "52813", ""),
            ("GET Bucket Origin", "52814", ""),
        ),
        ApiPage("PUT Bucket domain", "35868", "bucket_domain", f"({NO_S3})"),
    ],
    "Objects": [
        ApiPage("PUT Object", "7749", "put_bytes put_metadata put_with_digest", "objects"),
        ApiPage("PUT Object - Copy", "10881", "copy_object copy_with_other_metadata", "copies"),
        ApiPage("POST Object", "14690", "upload_a_form form_outside_its_policy", "forms"),
        ApiPage("GET Object", "7753", "get_a_range get_if_match get_in_chunks", "objects"),
        ApiPage("HEAD Object", "7745", "head_object head_missing_object", "objects"),
        ApiPage("DELETE Object", "7743", "delete_object delete_a_version", "objects"),
        ApiPage(
            "DELETE Multiple Objects", "8289", "delete_many delete_many_quietly", "delete_many"
        ),
        ApiPage("OPTIONS Object", "8288", "preflight_of_a_browser", "(browsers sign none)"),
        ApiPage("POST Object restore", "12633", "archive_and_restore", "restore"),
        ApiPage("SELECT Object Content", "32360", "select_from_csv select_from_json", "select"),
        ApiPage("APPEND Object", "7741", "append", f"({NO_S3})"),
        ApiPage("GET Object retention", "40135", "retention_of_an_object", "object_lock"),
        *_of(
            "object_acl",
            "object_acl",
            ("PUT Object acl", "7748", ""),
            ("GET Object acl", "7744", ""),
        ),
        *_of(
            "object_tagging",
            "object_tagging",
            ("PUT Object tagging", "35709", ""),
            ("GET Object tagging", "35710", ""),
            ("DELETE Object tagging", "35711", ""),
        ),
    ],
    "Uploads in parts": [
        ApiPage("Initiate Multipart Upload", "7746", "multipart_upload", "multipart"),
        ApiPage("Upload Part", "7750", "multipart_upload upload_a_part_again", "multipart"),
        ApiPage("Upload Part - Copy", "8287", "part_of_a_copy", "multipart"),
        ApiPage("Complete Multipart Upload", "7742", "multipart_upload", "multipart"),
        ApiPage("Abort Multipart Upload", "7740", "abort_multipart_upload", "abort"),
        ApiPage("List Multipart Uploads", "7736", "list_uploads_in_pages", "multipart"),
        ApiPage("List Parts", "7747", "list_parts_in_pages", "multipart"),
    ],
    "Batch jobs": _of(
        f"({ELSEWHERE})",
        f"({NO_S3})",
        ("CreateJob", "33781", ""),
        ("DescribeJob", "33782", ""),
        ("ListJobs", "33783", ""),
        ("UpdateJobPriority", "33784", ""),
        ("UpdateJobStatus", "33785", ""),
    ),
}
PAGES: Final = [page for pages in GROUPS.values() for page in pages]


def operations_of(page: ApiPage) -> list[str]:
    """The operations of the matrix that were run of a page."""
    return [] if page.cos.startswith("(") else page.cos.split()


def table(group: str) -> str:
    """The table of a group: a row a page, a column a door."""
    rows = [("page", "number", "COS's own words", "S3 door"), ("---",) * 4]
    rows += [(page.title, f"436/{page.number}", _cos(page), _s3(page)) for page in GROUPS[group]]
    lines = (f"| {' | '.join(cells)} |" for cells in rows)
    return "\n".join([f"## {group}", "", *lines])


def text() -> str:
    """What stands on the page: how much there is, what is missing, and the tables."""
    gone = [page for page in PAGES if _cos(page).startswith("missing")]
    named = ", ".join(f"{page.title} (436/{page.number})" for page in gone)
    there = [page for page in PAGES if page.s3 in OF_S3]
    summary = (
        f"Of {len(PAGES)} pages {len(PAGES) - len(gone)} are answered in COS's own words, and "
        f"{len(there)} at the S3 door. Missing: {named}."
    )
    return "\n\n".join([summary, *(table(group) for group in GROUPS)])


def _cos(page: ApiPage) -> str:
    known = {one.__name__: one for group in matrix.GROUPS.values() for one in group}
    ran = [known[name] for name in operations_of(page)]
    if not ran:
        return f"missing: {page.cos.strip('()')}"
    for one in ran:
        if one in NOT_THERE:
            return f"missing: {NOT_THERE[one].rstrip('.')}"
        if one in DIFFERS:
            return f"differs: {DIFFERS[one].rstrip('.')}"
    kept = all(one in WITHOUT_EFFECT for one in ran)
    return "works: kept, without effect" if kept else "works"


def _s3(page: ApiPage) -> str:
    if page.s3.startswith("("):
        return page.s3.strip("()")
    return "works: kept, without effect" if _cos(page).endswith("effect") else "works"


def main() -> None:
    """Write the page anew; the tests run what it says."""
    TABLES.write(text())


if __name__ == "__main__":
    main()
