"""Prepares an account for a deployment: makes the functions' roles, and sets up CI for the bucket.

It imports errors, api and roles. Its command is `card-ocr setup`; nothing in deploy imports it.

changes   finds what is missing or differs, and how to change it
on_paper  the same as text for an administrator: documents, commands, and what to click
"""
