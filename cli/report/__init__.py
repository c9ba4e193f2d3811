"""`card-ocr report`: one HTML file for the results, which needs nothing else and asks nobody.

page         the page around the cards, with its style and its scripts inside
writing      the file, card by card, in bounded memory
page.html    the markup; report.css its style
cards.js     the cards and the filters
charts.js    outcomes over time, and scores
list.js      the list of cards
card.js      the selected card, with the places of its boxes
page.js      what ties them together
"""
