"""What invokes the functions: uploads, HTTP requests, messages of a topic and timers."""
