"""The calls: how the cloud is asked, whatever it is asked for.

It imports errors, and from configuration whose keys are used.

client  the API of SCF, CAM, STS and CLS, by the official SDK
ci      CI as its owner sets it up: the bucket's binding, AI recognition, the queue
"""
