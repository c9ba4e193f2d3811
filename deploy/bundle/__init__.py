"""Makes one zip per function. Machines of the same kind make the same bytes.

It imports errors, and from configuration the variables that no installer may inherit.

dependencies  the packages of the lock file, installed for SCF into a folder of their own
modules       which modules the functions can import
compiled      their bytecode, if the machine has a CPython 3.10
licences      the licence of each package in the bundle
contents      the files of each function's zip, and the zip itself
manifest      the list of the zips' files, with hashes, versions and licences
"""
