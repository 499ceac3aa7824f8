"""The panels: Flask-Admin reads for us, services write.

`/admin` is a municipality's own panel, `/vendor` the vendor's.
"""
