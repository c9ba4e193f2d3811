"""Requests to the cloud.

It imports errors, and from configuration the API key to use.

client         calls the API of SCF, CAM, STS and CLS through the official SDK
reply          reads the API's replies
waiting        waits until the API shows a change
certificates   which certificates to trust
connection     why a connection failed
permissions    what CAM must allow for each request
advice         what to do about each refusal; the roles that only Tencent's consoles make
ci             sets up CI for the bucket: its binding, AI recognition, the queue
"""
