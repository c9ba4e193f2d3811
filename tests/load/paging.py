"""`python -m tests.load.paging PREFIX…`: page through listings with the official SDK, keep nothing.

What any audit must spend: its cost is measured against this.
"""

from __future__ import annotations

import os
import sys

from coslocal.client import official_client
from coslocal.credentials import Credential


def main() -> None:
    """List each prefix to its end."""
    credential = Credential(
        os.environ["TENCENTCLOUD_SECRET_ID"], os.environ["TENCENTCLOUD_SECRET_KEY"]
    )
    region, bucket = os.environ["TENCENTCLOUD_REGION"], os.environ["INPUT_BUCKET"]
    client = official_client(os.environ["LOCAL_CLOUD"], credential, region)
    for prefix in sys.argv[1:]:
        marker = ""
        while True:
            page = client.list_objects(Bucket=bucket, Prefix=prefix, Marker=marker)
            if page["IsTruncated"] != "true":
                break
            marker = page["NextMarker"]


if __name__ == "__main__":
    main()
