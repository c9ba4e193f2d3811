"""The function `callback`.

index  its handler
"""
