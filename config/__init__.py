"""The project: settings, URL map, servers, engines, and what follows from which event."""
