"""What invokes the functions: uploads, HTTP requests, messages of a topic and timers.

asynchronous  asynchronous invocation with SCF's retries (pages on error types and retry policies)
cos_event     an upload or a deletion as the event SCF's COS trigger sends (COS trigger page)
cron          when a timer fires: SCF's cron expressions (583/9708), in China's time, UTC+8
function_url  A function behind a URL: an HTTP request as its event, its return value as the answer
timer         the timer trigger (timer trigger page)
topic         the CMQ topic trigger (583/11517)
uploads       the COS trigger: uploads and deletions under a prefix, to a function
"""
