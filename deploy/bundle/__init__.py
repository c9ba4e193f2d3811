"""Makes one zip per function. Machines of the same kind make the same bytes.

It imports errors, and from configuration the variables that no installer may inherit.

dependencies  the packages of the lock file with their licences, installed for SCF
compiled      the modules' bytecode, if the machine has a CPython 3.10
contents      the files of each function's zip, the zip itself, and the manifest of a build
"""
