"""What people would use instead.

naive/    a handler in the style of the vendor's demos, as its zip would be deployed
sdk       the official SDK as its documentation shows it
"""
