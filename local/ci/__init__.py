"""Cloud Infinite's ImageLicenseRec jobs, from the API page: requests, queue, replies, callbacks.

Sources: the "Submitting Tasks" page of the card OCR API, and CI's pages on describing, listing and
cancelling jobs, on AI queues and on error codes. What no page says is marked "assumed" where it is
decided.
"""
