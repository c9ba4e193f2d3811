"""`card-ocr report`: one HTML file for the results. It needs no other file and no network.

page         the page around the cards, with its style and its scripts inside
writing      the file, card by card, in bounded memory
page.html    the markup; report.css its style, beside the viewer's
cards.js     the cards and the filters
charts.js    outcomes over time, and scores
card.js      the selected card
main.js      what ties them together, with the viewer's list, boxes and values
"""
