"""The deployment that is examined, and its buckets. What several checks need is asked for once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

import requests

from cli.connect.deployment import Deployment
from cli.doctor.verdict import Verdict, all_of, unchecked
from deploy.configuration.service import CALLBACK, Service
from deploy.errors import NotDeployed, WrongConfiguration
from deploy.functions.model import Found
from deploy.functions.scf import Scf
from deploy.functions.triggers import rules_of
from deploy.roles.cam import Cam
from deploy.roles.grants import Scope
from deploy.roles.wanted import WantedRole, role_names, setup_command, wanted_roles
from shared.cloud import open_session
from shared.errors import StorageFault
from shared.settings.load import Settings
from shared.store.cos import CosStore


class Subject:
    """One deployment; `service` is None if serverless.yml can't be read here.

    `stage` is the one that was asked for, None for serverless.yml's own.
    """

    def __init__(
        self,
        deployment: Deployment,
        service: Service | None,
        stage: str | None = None,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.deployment = deployment
        self.service = service
        self.stage = stage if service is None else service.stage
        self.now = now
        self.sleep = sleep
        self.found = lru_cache(self._found)

    @property
    def settings(self) -> Settings:
        """The settings of `.env` and the environment."""
        return self.deployment.settings

    @property
    def cam(self) -> Cam:
        """The account's roles and policies."""
        return self.deployment.cam

    @cached_property
    def account(self) -> str:
        """The account's number."""
        return self.cam.account()

    @cached_property
    def store(self) -> CosStore:
        """COS, as the functions ask it, with the operator's keys."""
        return CosStore(self.deployment.cloud, self.settings)

    @cached_property
    def session(self) -> requests.Session:
        """HTTP without any key, on the same way to the cloud."""
        return open_session(self.settings.local_cloud)

    @cached_property
    def roles(self) -> dict[str, WantedRole]:
        """The role that each function should have, by the function; named as in serverless.yml."""
        scope = Scope.of(self.settings, self.account)
        names = role_names(self.service, self.stage)
        return {role.function: role for role in wanted_roles(scope, names)}

    @property
    def setup(self) -> str:
        """The command to run if a role or CI isn't set up."""
        return f"run `{setup_command(self.stage)}`"

    def read_service(self) -> Service:
        """Return the service, for a check that can't do without it.

        Raises:
            WrongConfiguration: serverless.yml can't be read here.
        """
        if self.service is None:
            raise WrongConfiguration("serverless.yml", "can't be read before `npm ci`")
        return self.service

    def callback_url(self) -> str | None:
        """Return the address that CI calls; None if there is none."""
        return self.found(CALLBACK).url if CALLBACK in self.read_service().functions else None

    def _found(self, key: str) -> Found:
        """Return a function as SCF has it.

        Raises:
            NotDeployed: it isn't there.
        """
        name = self.read_service().function_name(key)
        created = rules_of(self.read_service(), key)
        found = Scf(self.deployment.api, time).find(name, created, settled=False)
        if found is None:
            raise NotDeployed(name)
        return found


Kind = Literal["photos", "state", "pending", "results", "reviews", "deleted", "seals"]

_FORBIDDEN = 403


class Folder(NamedTuple):
    """A folder of the deployment: the photos, or what is written of them."""

    kind: Kind
    prefix: str


class Reach(NamedTuple):
    """A bucket with its folders that we use."""

    bucket: str
    folders: Sequence[Folder]


def reaches(settings: Settings) -> list[Reach]:
    """Return the buckets of a deployment: one, or the photos' and that of the results."""
    photos = Folder("photos", settings.input_prefix)
    kinds: tuple[Kind, ...] = ("state", "pending", "results", "reviews", "deleted", "seals")
    written = [Folder(kind, f"{settings.output_prefix}{kind}/") for kind in kinds]
    if settings.input_bucket == settings.output_bucket:
        return [Reach(settings.output_bucket, [photos, *written])]
    return [Reach(settings.input_bucket, [photos]), Reach(settings.output_bucket, written)]


def each_bucket(subject: Subject, action: str, look: Callable[[Reach], Verdict]) -> Verdict:
    """Return what is found in both buckets. If the keys may not see it, name CAM's action."""

    def looked(reach: Reach) -> Verdict:
        try:
            return look(reach)
        except StorageFault as fault:
            if fault.status != _FORBIDDEN:
                raise
            return unchecked(
                f"{reach.bucket} doesn't show it: the API key's owner lacks {action}, or its "
                f"policy denies it ({fault.code})"
            )

    return all_of([looked(reach) for reach in reaches(subject.settings)])
