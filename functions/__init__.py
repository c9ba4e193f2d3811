"""What runs in the cloud: one folder a function, each with `index.main_handler`."""
