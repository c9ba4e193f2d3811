"""`card-ocr review`: a person's word on results, on a page of this machine or by a script.

awaiting  the cards that await a person, and one card as it is now
decision  from a decision to the review that is written, or to the reason why it isn't
page      what the page asks for, and its answers
script    accept, correct and reject, of one card, by a script
server    the page on a loopback port: who may ask
files/    what the browser gets, with cli/viewer
"""
