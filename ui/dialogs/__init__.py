"""The few questions that must be answered before going on."""
