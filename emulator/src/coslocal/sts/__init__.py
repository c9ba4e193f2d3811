"""STS, which makes temporary keys: GetFederationToken (1312/48195) and AssumeRole (1312/48197).

Requests are those of API 3.0, signed as `TC3-HMAC-SHA256` or, as older clients do, in a parameter
`Signature` (HmacSHA1 or HmacSHA256).

service    what is asked, and the keys that are answered
signature  the signatures of API 3.0, verified
"""

from __future__ import annotations
