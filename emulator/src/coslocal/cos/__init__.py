"""Tencent COS on one machine: moto's S3 behind COS's hosts, signatures, headers and errors.

A request is read (`requests`, `hosts`; `forms`, those of browsers), believed
(`coslocal.signature`), carried out (`operations`, after the `checks` and under the `conditions` and
`cors` that moto leaves out, in the `dialect` of S3, by `moto_s3`), answered (`errors`, `listing`,
`uploads`, with a `checksum`) and told of (`events`); `settings` keeps what is set of a bucket, of
which only the retention of an object lock has an effect; `service` puts these in order. Services in
one process share no data, but take turns: moto does one thing at a time. Importing this package
makes moto's clock that of the request being carried out.

The package's page operations.md lists what differs from COS. A request must be signed, but one that
reads an object whose ACL is public, and a browser's question whether it may send one.

acl                ACLs: of headers, of documents, and what they are shown as
bucket_operations  what is asked of a bucket, or of all, and S3 has no answer to, or another
buckets            `GET /` of the service
checks             whether a request is one that COS knows, before S3 sees it
checksum           the CRC-64 of objects and parts, `x-cos-hash-crc64ecma` (CRC64 check, 436/40334)
conditions         what must hold of an object that is read or written, and moto checks in part
cors               whether a browser may send a request
deletions          the document of DELETE Multiple Objects: which objects are deleted
dialect            COS's names and values as S3 has them, and back
errors             COS's errors: their codes, statuses and XML (error code page, 436/7730)
events             what COS tells of an object that was just created or deleted
forms              POST Object (436/14690): a browser's form, as the PUT that it stands for
hosts              which bucket a request is for: COS names it in the host (436/6224)
listing            `GET /` of a bucket
moto_s3            moto's S3, called in this process. All that knows moto from the inside is here
on_disk            objects too large to be kept in memory: moto's, in files of the temporary folder
operations         carrying a COS request out on S3
own_objects        objects that S3 has no counterpart for: appendable ones and symbolic links
regions            which regions are served, and which bucket is in which
replies            what is answered: a reply of any kind, and that of a refusal
request_headers    which headers of a request are known here
requests           a request as it arrives at COS, and what is wrong with it at once
s3                 the S3 door: the same COS for clients that speak S3
service            COS over HTTP, for its hosts and for S3 clients
settings           settings of a bucket that are kept as they came and given back
subresources       which query parameters ask for something, and what for
uploads            `GET /?uploads` of a bucket
"""

from __future__ import annotations

from coslocal.cos.errors import CosError
from coslocal.cos.events import ObjectEvent, StoredObject
from coslocal.cos.requests import CosRequest
from coslocal.cos.service import CosService

__all__ = ["CosError", "CosRequest", "CosService", "ObjectEvent", "StoredObject"]
