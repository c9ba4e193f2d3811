"""SCF's functions: a change takes a while, and until it is through nothing else is taken."""

from __future__ import annotations

import binascii
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from tests.support.tencent_api import cam, limits
from tests.support.tencent_api.behaviour import GONE_CODE, Key
from tests.support.tencent_api.errors import ApiError
from tests.support.tencent_api.state import Account, Caller, Document, StoredFunction, zip_of

DEFAULT_TOPIC = "topic-of-scf"
DELETING = "Deleting"
_DEFAULTS: Document = {
    "Description": "",
    "MemorySize": 128,
    "Timeout": 3,
    "Environment": {"Variables": []},
    "Role": "",
    "ClsLogsetId": "",
    "ClsTopicId": "",
    "DeadLetterConfig": {"Type": "", "Name": "", "FilterType": ""},
    "Tags": [],
    "Type": "Event",
}
_CHANGEABLE = (
    *("Description", "MemorySize", "Timeout", "Environment", "Role", "ClsLogsetId", "ClsTopicId"),
    "DeadLetterConfig",
)
_DEFAULT_ASYNCHRONOUS: Document = {"RetryConfig": [{"RetryNum": 2}], "MsgTTL": 21600}


def create_function(account: Account, caller: Caller, body: Document) -> Document:
    """Accept a function; it is Creating for a while."""
    name = body["FunctionName"]
    if (caller.region, name) in account.functions:
        raise ApiError("ResourceInUse.FunctionName", "The function name already exists.")
    if account.lags.shown(_key(caller, body), None, counts=False) is not None:
        raise busy_error(account, "Deleting")
    if "Runtime" not in body:
        raise ApiError("MissingParameter.Runtime", "The runtime is missing.")
    limits.check_configuration(body)
    check_console_role(account)
    _check_role(account, body)
    settings = {key: value for key, value in body.items() if key not in {"Code", "CodeSource"}}
    function = StoredFunction(
        caller.region,
        {**_DEFAULTS, **settings, "AddTime": account.date, "ModTime": account.date},
        _zip_file(body["Code"], body.get("Handler", "index.main_handler")),
        asynchronous=dict(_DEFAULT_ASYNCHRONOUS),
    )
    _changed(account, function, "Creat")
    function.configuration["ClsTopicId"] = function.configuration["ClsTopicId"] or DEFAULT_TOPIC
    function.configuration["FunctionId"] = f"lam-{account.next_id():08d}"
    account.functions[caller.region, name] = function
    account.lags.hold(_key(caller, body), None, account.behaviour.create_lag)
    return {}


def get_function(account: Account, caller: Caller, body: Document) -> Document:
    """A function as it is; each look brings it nearer to Active."""
    function = find(account, caller, body, counts=True)
    if function.status != DELETING:
        _come_nearer(function)
    available = account.behaviour.available_status
    return {
        **function.configuration,
        "Status": function.status,
        "StatusDesc": "",
        "StatusReasons": _reasons(function),
        "CodeSize": len(function.zip_file),
        "CodeInfo": "",
        "FunctionVersion": "$LATEST",
        "Namespace": "default",
        "Triggers": account.lags.shown(triggers_key(function), function.triggers, counts=False),
        **({"AvailableStatus": _availability(function)} if available else {}),
    }


def update_function_code(account: Account, caller: Caller, body: Document) -> Document:
    """Another zip."""
    function = idle(account, caller, body)
    handler: str = body.get("Handler") or function.configuration["Handler"]
    function.zip_file = _zip_file(body.get("Code") or body, handler)
    function.configuration["Handler"] = handler
    _changed(account, function, "Updat")
    return {}


def update_function_configuration(account: Account, caller: Caller, body: Document) -> Document:
    """Other settings; what isn't named stays, the environment is replaced as a whole."""
    function = idle(account, caller, body)
    if body.get("Runtime", function.configuration["Runtime"]) != function.configuration["Runtime"]:
        raise ApiError("InvalidParameterValue.Runtime", "The runtime can not be changed.")
    limits.check_configuration(body)
    _check_role(account, body)
    for name in _CHANGEABLE:
        if body.get(name) is not None:
            function.configuration[name] = body[name]
    _changed(account, function, "Updat")
    return {}


def delete_function(account: Account, caller: Caller, body: Document) -> Document:
    """Forget a function and its triggers."""
    function = account.functions.get((caller.region, body["FunctionName"]))
    if function is None or function.status != "CreateFailed":
        function = idle(account, caller, body)
    del account.functions[function.region, function.name]
    account.lags.forget(triggers_key(function))
    account.lags.hold(_key(caller, body), function, account.behaviour.deleting_reads)
    return {}


def list_functions(account: Account, caller: Caller, body: Document) -> Document:
    """A page of the functions whose name holds SearchKey."""
    found = [
        {
            name: function.configuration[name]
            for name in ("FunctionName", "Description", "Runtime", "AddTime", "ModTime", "Tags")
        }
        | {"Status": function.status, "Namespace": "default"}
        for function in _listed(account)
        if function.region == caller.region and body.get("SearchKey", "") in function.name
    ]
    start = body.get("Offset", 0)
    return {"Functions": found[start : start + body.get("Limit", 20)], "TotalCount": len(found)}


def get_event_invoke_config(account: Account, caller: Caller, body: Document) -> Document:
    """How asynchronous invocations are retried."""
    shown = dict(find(account, caller, body).asynchronous)
    if account.behaviour.retry_entries > 1:
        default = {"ErrorCode": "default", **shown["RetryConfig"][0]}
        entries = [default, {"ErrorCode": "432", "RetryNum": -1}]
        shown["RetryConfig"] = entries[::-1] if account.behaviour.retry_reversed else entries
    return {"AsyncTriggerConfig": shown}


def update_event_invoke_config(account: Account, caller: Caller, body: Document) -> Document:
    """Retry otherwise."""
    function = idle(account, caller, body)
    wanted = body["AsyncTriggerConfig"]
    if any(not 0 <= retry["RetryNum"] <= limits.MAX_RETRIES for retry in wanted["RetryConfig"]):
        raise ApiError("LimitExceeded.RetryNum", "RetryNum is out of range.")
    if not 60 <= wanted["MsgTTL"] <= limits.MAX_EVENT_AGE_SECONDS:
        raise ApiError("LimitExceeded.MsgTTL", "MsgTTL is out of range.")
    function.asynchronous = wanted
    return {}


def get_reserved_concurrency(account: Account, caller: Caller, body: Document) -> Document:
    """The ceiling, in MB of memory, None where there is none."""
    return {"ReservedMem": find(account, caller, body).reserved_memory}


def put_reserved_concurrency(account: Account, caller: Caller, body: Document) -> Document:
    """Another ceiling; it is kept for this function and taken from the others."""
    function = idle(account, caller, body)
    memory = body["ReservedConcurrencyMem"]
    if memory % function.configuration["MemorySize"]:
        raise ApiError("InvalidParameterValue", "It is no multiple of the memory.")
    function.reserved_memory = memory
    return {}


def delete_reserved_concurrency(account: Account, caller: Caller, body: Document) -> Document:
    """No ceiling."""
    idle(account, caller, body).reserved_memory = None
    return {}


def _reasons(function: StoredFunction) -> list[Document]:
    if not function.status.endswith("Failed"):
        return []
    return [{"ErrorCode": "InternalError", "ErrorMessage": "It failed, as the test wanted."}]


def find(
    account: Account, caller: Caller, body: Document, *, counts: bool = False
) -> StoredFunction:
    """The function a request names, as a read finds it; GetFunction's `counts` as one."""
    behaviour, reads = account.behaviour, account.lags.reads(_key(caller, body))
    function = _shown(account, caller, body, counts=counts)
    turn = behaviour.deleting_as == "both" and (behaviour.deleting_reads - reads) % 2
    if function.status == DELETING and (turn or behaviour.deleting_as == GONE_CODE):
        raise ApiError(GONE_CODE, "The function's version does not exist.")
    return function


def ready(account: Account, caller: Caller, body: Document) -> StoredFunction:
    """The function a request names, if its status is one to run it in."""
    function = _shown(account, caller, body)
    if function.status not in {"Active", "UpdateFailed"}:
        raise busy_error(account, function.status)
    return function


def idle(account: Account, caller: Caller, body: Document) -> StoredFunction:
    """The function a request names, if nothing is going on with it, seen or unseen."""
    function = ready(account, caller, body)
    if function.business.goes_on(account.behaviour, account.clock()):
        function.business.count()
        raise busy_error(account, "busy")
    return function


def busy_error(account: Account, status: str) -> ApiError:
    """What a change is refused with while a function isn't ready for it."""
    return ApiError(account.behaviour.busy_code, f"The function is {status}. Wait, then repeat.")


def unsettle(account: Account, caller: Caller, body: Document) -> None:
    """Have a function that was changed, and is there, be busy for a while."""
    function = account.functions.get((caller.region, str(body.get("FunctionName"))))
    if function is None:
        return
    active = function.status == function.becomes
    function.business.begin(account.behaviour, account.clock(), active=active)


def check_console_role(account: Account) -> None:
    """SCF writes into buckets and logs with a role that its console makes (583/32389)."""
    if not cam.has_role(account, "SCF_QcsRole"):
        raise ApiError("FailedOperation.QcsRoleNotFound", "角色不存在")


def triggers_key(function: StoredFunction) -> Key:
    """What a function's triggers are called among the lags."""
    return ("triggers", function.region, function.name)


def _key(caller: Caller, body: Document) -> Key:
    return ("function", caller.region, str(body["FunctionName"]))


def _shown(
    account: Account, caller: Caller, body: Document, *, counts: bool = False
) -> StoredFunction:
    """The function a request names, if the account shows it; one that is gone is Deleting."""
    there = account.functions.get((caller.region, body["FunctionName"]))
    shown = account.lags.shown(_key(caller, body), there, counts=counts)
    if shown is None:
        raise ApiError(account.behaviour.absent_code, "The function does not exist.")
    if there is None:
        shown.status = DELETING
    return shown


def _listed(account: Account) -> Iterator[StoredFunction]:
    """The functions that the account shows, those that are being deleted included."""
    lags = account.lags
    for region, name in dict.fromkeys([*account.functions, *lags.names("function")]):
        there = account.functions.get((region, name))
        shown = lags.shown(("function", region, name), there, counts=False)
        if shown is not None:
            shown.status = shown.status if there else DELETING
            yield shown


def _come_nearer(function: StoredFunction) -> None:
    """Have a look at a function bring it nearer to being ready."""
    if function.busy > 0:
        function.busy -= 1
        return
    function.status = function.becomes
    function.business.count()


def _availability(function: StoredFunction) -> str:
    ready = function.status == "Active" and function.business.unavailable == 0
    return "Available" if ready else "Unavailable"


def _changed(account: Account, function: StoredFunction, change: str) -> None:
    """Have a change begin; whether it comes to something is decided already."""
    function.status = f"{change}ing"
    function.becomes = "Active" if account.failures <= 0 else f"{change}eFailed"
    account.failures -= account.failures > 0
    function.busy = account.busy_polls
    function.business.unavailable = account.behaviour.available_lag + 1
    function.configuration["ModTime"] = account.date


def _check_role(account: Account, body: Document) -> None:
    role = body.get("Role")
    if role and not cam.has_role(account, role):
        raise ApiError("ResourceNotFound.Role", f"The role {role} does not exist.")


def _zip_file(code: dict[str, Any], handler: str) -> bytes:
    """The upload, if it is a zip that has the handler's file at its root."""
    if "ZipFile" not in code:
        raise ApiError("InvalidParameterValue.Code", "There is no ZipFile.")
    try:
        content = zip_of(code)
    except binascii.Error:
        raise ApiError(
            "InvalidParameterValue.ZipFileBase64BinasciiError", "ZipFile is no base64."
        ) from None
    if len(content) > limits.MAX_ZIP_BYTES:
        raise ApiError("InvalidParameterValue.ZipFile", "The zip exceeds 50 MB.")
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except zipfile.BadZipFile:
        raise ApiError("InvalidParameterValue.ZipFile", "ZipFile is no zip.") from None
    if f"{handler.partition('.')[0]}.py" not in names:
        raise ApiError("InvalidParameterValue.Handler", "The zip has no such file.")
    return content


ACTIONS = {
    "CreateFunction": create_function,
    "DeleteFunction": delete_function,
    "DeleteReservedConcurrencyConfig": delete_reserved_concurrency,
    "GetFunction": get_function,
    "GetFunctionEventInvokeConfig": get_event_invoke_config,
    "GetReservedConcurrencyConfig": get_reserved_concurrency,
    "ListFunctions": list_functions,
    "PutReservedConcurrencyConfig": put_reserved_concurrency,
    "UpdateFunctionCode": update_function_code,
    "UpdateFunctionConfiguration": update_function_configuration,
    "UpdateFunctionEventInvokeConfig": update_event_invoke_config,
}
