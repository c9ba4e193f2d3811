"""`card-ocr export`: one row per card.

rows   a result as a row
files  the formats
"""
