"""`card-ocr export`: one row a card, for spreadsheets, programs and databases.

rows          a result as a row
spreadsheet   what a spreadsheet must not calculate with
files         the four formats: csv, jsonl, sqlite, xlsx
"""
