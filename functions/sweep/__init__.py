"""The function `sweep`.

index  its handler
"""
