"""The function `submit`.

index  its handler: takes COS's event, and logs records that can't be read
"""
