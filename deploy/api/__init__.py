"""The calls: how the cloud is asked, whatever it is asked for.

It imports errors, and from configuration whose keys are used.

client         the API of SCF, CAM, STS and CLS, by the official SDK
reply          reading what it answers
waiting        until it shows what was written
connection     why a connection failed, and which certificates are believed
permissions    what CAM must allow for each request
console_roles  the roles that only Tencent's consoles make
advice         what to do about each refusal
ci             CI as its owner sets it up: the bucket's binding, AI recognition, the queue
"""
