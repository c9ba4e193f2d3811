"""SCF, CAM and STS on this machine, as far as a deployment asks them: no cloud, no account.

One WSGI app answers every request that names an action (`X-TC-Action`). A request counts only if

signature    its TC3-HMAC-SHA256 signature is right, by the documentation and not by the SDK
schema       its body is what the official SDK's request model of that action takes, and no more
scf, ...     the service would do it: see each service's module

and otherwise gets the error the real API has for it: one of its action's list. `api` puts them
together and records the calls, `faults` makes some of them fail, `behaviour` makes it late, busy or
write its replies otherwise, `on_one_port` serves it beside the local cloud.
"""

from tests.support.tencent_api.api import Call, TencentApi, on_one_port
from tests.support.tencent_api.errors import ApiError
from tests.support.tencent_api.faults import Break, Fail, Faults

__all__ = ["ApiError", "Break", "Call", "Fail", "Faults", "TencentApi", "on_one_port"]
