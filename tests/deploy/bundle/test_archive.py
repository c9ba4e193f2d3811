from __future__ import annotations

import io
import zipfile

from deploy.bundle.archive import archive

FILES = {"shared/b.py": b"2", "index.py": b"1"}


def test_an_archive_depends_on_names_and_bytes_alone() -> None:
    assert archive(FILES) == archive(dict(reversed(FILES.items())))
    assert archive(FILES) != archive({**FILES, "index.py": b"3"})


def test_everybody_may_read_what_is_in_it_and_no_clock_was_asked() -> None:
    with zipfile.ZipFile(io.BytesIO(archive(FILES))) as read:
        assert read.namelist() == ["index.py", "shared/b.py"]
        for entry in read.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert oct(entry.external_attr >> 16) == "0o100644"
            assert entry.compress_type == zipfile.ZIP_DEFLATED
