"""The centre over HTTP: headers, problems, routes."""
