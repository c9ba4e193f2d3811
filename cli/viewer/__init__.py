"""What the report and the page of `make up` have in common: files for a browser, no Python.

The report takes them into its one file; the local page serves them beside its own.

language.js  the reader's language, its switch, and words by their keys
english.js   the words in English; chinese.js in Chinese
values.js    what was read from a card: its state, its fields with their scores, its checks
times.js     times in the zone of the browser
boxes.js     the photo with its boxes
list.js      the list of cards
dom.js       elements
viewer.css   colours, and the look of all that
"""
