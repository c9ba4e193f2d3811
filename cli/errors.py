"""Every error of the command line's own.

CardOcrError                in shared/errors.py
└── …StorageFault           in shared/errors.py
    └── ObjectRefused       COS refuses to show one photo, and others not
"""

from __future__ import annotations

from shared.errors import StorageFault


class ObjectRefused(StorageFault):
    """COS refuses the HEAD of one photo, which may well be there."""
