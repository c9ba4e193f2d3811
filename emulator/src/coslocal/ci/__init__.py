"""Cloud Infinite's ImageLicenseRec jobs, from the API page: requests, queue, replies, callbacks.

Sources: the "Submitting Tasks" page of that API, and CI's pages on describing, listing and
cancelling jobs, on AI queues and on error codes. What no page says is marked "assumed" where it is
decided.

authentication  whether a request to CI is signed by somebody known, in CI's own codes
callbacks       the callback at the end of a job
errors          CI's error codes and the status each is answered with (error code page)
faults          what is to go wrong, on purpose
jobs            A job: what was asked for, and the states it goes through
listing         `GET /jobs?…`: which jobs are asked for, and the page of them
queue           one bucket's AI queue
recognition     what a recogniser is, which the caller hands in
replies         what CI says about jobs, as nested dicts, and those as XML
requests_xml    the body of `POST /jobs`, checked node by node against the tables of the API page
routes          what each method and path of the CI service does. Returns what stands inside
                `Response`
runner          running jobs
service         the CI service over HTTP, for the hosts <bucket-appid>.ci.<region>.myqcloud.com
"""
