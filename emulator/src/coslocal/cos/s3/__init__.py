"""The S3 door: the same COS for clients that speak S3.

COS answers requests that are signed as AWS documents it, for its own hosts or with the bucket in
the path. Such a request is read here, its signature is verified, and it is put into COS's own
words; what COS answers is put into S3's words beside COS's. `coslocal.cos` does the rest.
Signatures are written from AWS's public description, not from an SDK.

bodies        `aws-chunked` bodies: their framing, and the signatures of their chunks
checksums     the `x-amz-checksum-…` that a body is sent with
dialect       S3's names and values as COS has them, and back
door          reading such a request, and believing it
forms         browsers' forms that an S3 client signed
listing_v2    S3's second listing, ListObjectsV2
signature_v2  signatures of version 2: `AWS <key>:<signature>`, or in the query
signature_v4  signatures of version 4: `AWS4-HMAC-SHA256`, in a header or in the query
"""

from __future__ import annotations
