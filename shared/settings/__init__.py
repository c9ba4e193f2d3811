"""Every environment variable: the one place that reads them.

variables  the table of names, defaults and meanings; docs/settings.md is generated from it
load       all of them, checked one by one and together
"""
