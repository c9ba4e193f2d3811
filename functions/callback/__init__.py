"""The function `callback`.

index  its handler: answers CI's call, and logs what went wrong
"""
