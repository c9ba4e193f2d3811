"""What runs in the cloud: one folder per function, each with `index.main_handler`.

submit    COS trigger: an upload becomes a job
callback  HTTP or message-queue trigger: CI's callback becomes a result
sweep     timer: finishes what is pending
"""
