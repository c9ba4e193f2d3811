"""The function `submit`.

index  its handler
"""
