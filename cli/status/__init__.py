"""How a deployment is doing, on one screen.

look         what is asked for it: a bounded number of requests, whatever the size of the bucket
recognition  CI's queue, and its jobs of the last hour
recent       the results of the last hour, as far as they can be looked at for a bounded price
attention    what needs attention: a pure decision
screen       the screen
"""
