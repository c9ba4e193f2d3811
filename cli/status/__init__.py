"""How a deployment is doing, on one screen.

look       what is asked for it: a few requests, whatever the size of the bucket
recognition  CI's queue, and its jobs of the last hour
attention  what somebody must look at: a pure decision
screen     the screen
"""
