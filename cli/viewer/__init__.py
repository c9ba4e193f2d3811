"""What the pages have in common, of the report, of review and of `make up`: files and a rule.

The report takes them into its one file; the others serve them beside their own.

language.js  the reader's language, its switch, and words by their keys
english.js   the words in English; chinese.js in Chinese
values.js    what was read from a card: its state, its fields with their scores, its checks
times.js     times in the zone of the browser
boxes.js     the photo with its boxes
list.js      the list of cards
dom.js       elements
viewer.css   colours, and the look of all that
panes.css    filters, and a list beside the selected card: the report, and review
icon.svg     of a page that is served
headers.json what a browser may do with a page that is served
site         whether the page itself asks, and no other site; `make up` imports it too
"""
