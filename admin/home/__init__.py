"""Where each role begins: what waits, what is left, and the way to what one does most.

One person may have several roles: the sections of all of them stand one below the other, and each
figure is read once however many sections show it.
"""

from admin.home.page import home

__all__ = ["home"]
