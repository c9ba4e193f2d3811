"""Cloud Infinite's jobs: requests, queue, replies, callbacks; what a job does is a `JobType`.

Sources: the "Submitting Tasks" page of ImageLicenseRec, and CI's pages on describing, listing and
cancelling jobs, on AI queues and on error codes. What no page says is marked "assumed" where it is
decided.

authentication  whether a request to CI is signed by somebody known, in CI's own codes
callbacks       the callback at the end of a job
errors          CI's error codes and the status each is answered with (error code page)
faults          what is to go wrong, on purpose
jobs            A job: what was asked for, and the states it goes through
job_types       what kinds of job there are: the service knows their frame, a `JobType` the rest
listing         Lists: `GET /jobs?…`, which jobs are asked for; and the pages of any list
processing      jobs that are answered at once: `GET /<key>?ci-process=…` to a host of COS
queue           one bucket's AI queue
recognition     the job type ImageLicenseRec: what it asks of a recogniser, which the caller hands
                in
replies         what CI says about jobs, as nested dicts, and those as XML
requests_xml    the body of `POST /jobs`, checked node by node against the tables of the API page
routes          what each method and path of the CI service does. Returns what stands inside
                `Response`
runner          running jobs
service         the CI service over HTTP, for the hosts <bucket-appid>.ci.<region>.myqcloud.com
"""
