"""Every environment variable: the one place that reads them.

variables  the table of names, defaults and meanings; the README's is generated from it
early      the three that are needed before anything else is looked at
load       all of them, checked one by one and together
"""
