"""`card-ocr wait`: until cards have a result.

waiting  the cards, looked at again and again
"""
