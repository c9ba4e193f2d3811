"""The scope of a deployment's roles: its buckets, its prefixes and its account."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from deploy.api.console_roles import CI_ROLE
from shared.errors import ConfigurationError
from shared.settings.load import Settings


class Place(Enum):
    """The objects or jobs that a grant is about."""

    PHOTOS = "INPUT_PREFIX"
    PENDING = "pending/"
    RESULTS = "results/"
    STATE = "state/"
    HOLDS = "state/holds/"
    SINCE = "state/since.json"
    DELETED = "deleted/"
    JOBS = "the jobs of the input bucket"
    CI_ROLE = CI_ROLE.name


class Scope(NamedTuple):
    """One deployment. `account` is the number (UIN) of the account that owns it, not its APPID."""

    region: str
    account: str
    input_bucket: str
    input_prefix: str
    output_bucket: str
    output_prefix: str

    @classmethod
    def of(cls, settings: Settings, account: str) -> Scope:
        """Return the scope of the deployment that has these settings.

        Raises:
            ConfigurationError: a prefix holds `*`, which means any characters in a policy.
        """
        prefixes = {"INPUT_PREFIX": settings.input_prefix, "OUTPUT_PREFIX": settings.output_prefix}
        for name, prefix in prefixes.items():
            if "*" in prefix:
                raise ConfigurationError(
                    name, f"is {prefix!r}; choose one without *, since * widens the roles' policies"
                )
        return cls(
            region=settings.region,
            account=account,
            input_bucket=settings.input_bucket,
            input_prefix=settings.input_prefix,
            output_bucket=settings.output_bucket,
            output_prefix=settings.output_prefix,
        )

    def resource(self, place: Place) -> str:
        """Return the resource of a place, in CAM's six parts.

        COS: 436/31923. CI: 460/41741; CI's newest pages leave the region of some actions empty.
        PassRole: with the account's UIN, in the form that Tencent's own products print.
        """
        match place:
            case Place.CI_ROLE:
                return f"qcs::cam::uin/{self.account}:roleName/{CI_ROLE.name}"
            case Place.JOBS:
                appid = _appid(self.input_bucket)
                return f"qcs::ci:{self.region}:uid/{appid}:bucket/{self.input_bucket}/*"
            case Place.PHOTOS:
                return self._objects(self.input_bucket, self.input_prefix)
            case _:
                return self._objects(self.output_bucket, f"{self.output_prefix}{place.value}")

    def _objects(self, bucket: str, prefix: str) -> str:
        return f"qcs::cos:{self.region}:uid/{_appid(bucket)}:{bucket}/{prefix}*"


def _appid(bucket: str) -> str:
    return bucket.rpartition("-")[2]
