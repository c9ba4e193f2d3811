"""Photos as pictures.

decoding  the pixels of a photo, and a thumbnail of it, within bounds whatever the file says
drawing   boxes on a photo
"""
