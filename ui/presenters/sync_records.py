"""The frozen records that the views of syncing show; views import nothing from `gridworker.app`."""

from gridworker.app.ports import Connection, LogLine

__all__ = ["Connection", "LogLine"]
