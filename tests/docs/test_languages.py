from __future__ import annotations

from pathlib import Path

import pytest

from docs.languages import differences

ENGLISH = """[中文](page.zh-CN.md)

# A page

`make test` takes 3 minutes.

```console
$ make test
```

## More

See [the other page](other.md#part).
"""
CHINESE = """[English](page.md)

# 一页

3 分钟跑完 `make test`。

```console
$ make test
```

## 更多

见[另一页](other.zh-CN.md#部分)。
"""


def found(folder: Path, chinese: str) -> list[str]:
    (folder / "page.md").write_text(ENGLISH, encoding="utf-8")
    (folder / "page.zh-CN.md").write_text(chinese, encoding="utf-8")
    return list(differences(folder / "page.md", folder / "page.zh-CN.md"))


def test_pages_that_say_the_same_in_two_languages_do_not_differ(tmp_path: Path) -> None:
    assert found(tmp_path, CHINESE) == []


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ("3 分钟", "4 分钟", "A page: the figures ['3'] are missing in Chinese"),
        ("3 分钟", "3 分钟 20 秒", "A page: the figures ['20'] are missing in English"),
        ("`make test`。", "测试。", "A page: the code ['`make test`'] are missing in Chinese"),
        ("$ make test", "$ make demo", "A page: a block of code differs"),
        ("other.zh-CN.md", "another.md", "More: the links ['other.md'] are missing in Chinese"),
        ("[English](page.md)", "", "the top: the links ['page.md'] are missing in Chinese"),
        ("## 更多", "### 更多", "the headings differ"),
        ("## 更多\n", "", "the headings differ"),
    ],
)
def test_a_difference_is_named(tmp_path: Path, old: str, new: str, difference: str) -> None:
    assert difference in found(tmp_path, CHINESE.replace(old, new))[0]
