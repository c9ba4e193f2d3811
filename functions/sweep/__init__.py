"""The function `sweep`.

index  its handler: takes the timer's event, and returns what the sweep saw
"""
