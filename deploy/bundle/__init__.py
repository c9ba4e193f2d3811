"""One zip a function, the same bytes wherever the same kind of machine builds it.

It imports errors, and from configuration what no installer may inherit.

dependencies  the locked packages, installed for SCF into a folder of their own
modules       which modules the functions can import
compiled      their bytecode, if a CPython 3.10 is at hand
licences      the licence of each package in the bundle
contents      the files of each function's zip
manifest      what the zips hold, with hashes, versions and licences
"""
