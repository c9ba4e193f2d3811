"""What invokes the functions: uploads, HTTP requests and timers."""
