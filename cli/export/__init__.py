"""`card-ocr export`: one row a card.

rows   a result as a row
files  the formats
"""
