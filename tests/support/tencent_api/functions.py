"""SCF's functions: a change takes a while, and until it is through nothing else is taken."""

from __future__ import annotations

import binascii
import io
import zipfile
from typing import Any

from tests.support.tencent_api import limits
from tests.support.tencent_api.errors import ApiError
from tests.support.tencent_api.state import Account, Caller, Document, StoredFunction, zip_of

DEFAULT_TOPIC = "topic-of-scf"
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
    if "Runtime" not in body:
        raise ApiError("MissingParameter.Runtime", "The runtime is missing.")
    limits.check_configuration(body)
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
    return {}


def get_function(account: Account, caller: Caller, body: Document) -> Document:
    """A function as it is; each look brings it nearer to Active."""
    function = find(account, caller, body)
    if function.busy > 0:
        function.busy -= 1
    else:
        function.status = function.becomes
    return {
        **function.configuration,
        "Status": function.status,
        "StatusDesc": "",
        "StatusReasons": _reasons(function),
        "CodeSize": len(function.zip_file),
        "CodeInfo": "",
        "FunctionVersion": "$LATEST",
        "Namespace": "default",
        "Triggers": function.triggers,
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
    function = find(account, caller, body)
    if function.status != "CreateFailed":
        idle(account, caller, body)
    del account.functions[function.region, function.name]
    return {}


def list_functions(account: Account, caller: Caller, body: Document) -> Document:
    """A page of the functions whose name holds SearchKey."""
    found = [
        {
            name: function.configuration[name]
            for name in ("FunctionName", "Description", "Runtime", "AddTime", "ModTime", "Tags")
        }
        | {"Status": function.status, "Namespace": "default"}
        for function in account.functions.values()
        if function.region == caller.region and body.get("SearchKey", "") in function.name
    ]
    start = body.get("Offset", 0)
    return {"Functions": found[start : start + body.get("Limit", 20)], "TotalCount": len(found)}


def get_event_invoke_config(account: Account, caller: Caller, body: Document) -> Document:
    """How asynchronous invocations are retried."""
    return {"AsyncTriggerConfig": find(account, caller, body).asynchronous}


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
        raise ApiError("InvalidParameterValue.MemorySize", "It is no multiple of the memory.")
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


def find(account: Account, caller: Caller, body: Document) -> StoredFunction:
    """The function a request names."""
    function = account.functions.get((caller.region, body["FunctionName"]))
    if function is None:
        raise ApiError("ResourceNotFound.Function", "The function does not exist.")
    return function


def idle(account: Account, caller: Caller, body: Document) -> StoredFunction:
    """The function a request names, if nothing is going on with it."""
    function = find(account, caller, body)
    if function.status not in {"Active", "UpdateFailed"}:
        raise ApiError(
            "FailedOperation.FunctionStatusError",
            f"The function is {function.status}. Wait until it is Active.",
        )
    return function


def unsettle(account: Account, caller: Caller, body: Document) -> None:
    """Have a function that was changed, and is there, be Updating for a while."""
    function = account.functions.get((caller.region, str(body.get("FunctionName"))))
    if function is not None and function.status == "Active":
        function.status, function.busy = "Updating", account.busy_polls


def _changed(account: Account, function: StoredFunction, change: str) -> None:
    """Have a change begin; whether it comes to something is decided already."""
    function.status = f"{change}ing"
    function.becomes = "Active" if account.failures <= 0 else f"{change}eFailed"
    account.failures -= account.failures > 0
    function.busy = account.busy_polls
    function.configuration["ModTime"] = account.date


def _check_role(account: Account, body: Document) -> None:
    role = body.get("Role")
    if role and role not in account.roles:
        raise ApiError("ResourceNotFound.Role", f"The role {role} does not exist.")


def _zip_file(code: dict[str, Any], handler: str) -> bytes:
    """The upload, if it is a zip that has the handler's file at its root."""
    if "ZipFile" not in code:
        raise ApiError("MissingParameter.Code", "There is no ZipFile.")
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
