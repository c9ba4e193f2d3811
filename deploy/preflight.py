"""What must hold before anything is created: the keys, the roles, the buckets' region."""

from __future__ import annotations

import contextlib

from qcloud_cos import CosClientError, CosServiceError

from deploy.api.client import Api
from deploy.configuration.access import Access
from deploy.configuration.service import Service
from deploy.errors import AGAIN, BucketOutOfReach, NotPermitted, RoleMissing, RoleUnfit
from deploy.roles.cam import Cam
from deploy.roles.judgement import unfit
from deploy.roles.scope import Scope
from deploy.roles.wanted import WantedRole, role_names, setup_command, wanted_roles
from shared.cloud import Cloud, open_session

_NOT_FOUND, _FORBIDDEN = 404, 403


def check_keys(api: Api) -> str:
    """Whether the API knows the keys; returns the number of the account that they are of.

    Raises:
        CredentialsRefused: it doesn't.
    """
    return Cam(api).account()


def check_roles(api: Api, service: Service, scope: Scope) -> None:
    """Whether every role of serverless.yml is there, SCF's, and allows what its function needs.

    Somebody who may not read roles learns it from SCF, or from `card-ocr doctor`.

    Raises:
        RoleMissing: there is no such role.
        RoleUnfit: it would have its function fail, or others take it on.
    """
    cam = Cam(api)
    setup = setup_command(service.stage)
    with contextlib.suppress(NotPermitted):
        for role in wanted_roles(scope, role_names(service)):
            if role.function in service.functions:
                _check_role(cam, role, setup)


def _check_role(cam: Cam, role: WantedRole, setup: str) -> None:
    found = cam.find_role(role.name)
    if found is None:
        raise RoleMissing(role.name, setup)
    problem = unfit(role, found, cam.policies(found), setup)
    if problem is not None:
        raise RoleUnfit(problem)


def check_buckets(access: Access, service: Service) -> None:
    """Whether the buckets are in the functions' region: SCF takes events from there alone.

    Raises:
        BucketOutOfReach: one isn't, or COS doesn't say.
    """
    cloud = Cloud(access.region, access.credentials, open_session(access.local_cloud))
    environment = service.environment
    names = [environment.get(name) for name in ("INPUT_BUCKET", "OUTPUT_BUCKET")]
    for bucket in dict.fromkeys(filter(None, names)):
        check_bucket(cloud, bucket)


def check_bucket(cloud: Cloud, bucket: str) -> None:
    """Whether a bucket is in the region of `cloud`; raises as above."""
    try:
        cloud.idempotent.head_bucket(Bucket=bucket)
    except CosServiceError as error:
        raise BucketOutOfReach(bucket, _problem(error.get_status_code(), cloud.region)) from None
    except CosClientError:
        raise BucketOutOfReach(
            bucket, f"could not be asked for: no answer from COS; {AGAIN}"
        ) from None


def _problem(status: int, region: str) -> str:
    if status == _NOT_FOUND:
        return (
            f"is not in {region}: bucket and functions must be in one region, so set "
            "TENCENTCLOUD_REGION to the bucket's, or create the bucket there"
        )
    if status == _FORBIDDEN:
        return "is another account's, or the API key's owner lacks cos:HeadBucket on it"
    return f"could not be asked for: COS answered HTTP {status}; {AGAIN}"
