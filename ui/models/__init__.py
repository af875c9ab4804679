"""Lists for Qt views: ids and pages."""
