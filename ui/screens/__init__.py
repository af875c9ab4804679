"""Where presenters meet views: one module a place, built when a person first goes there."""
