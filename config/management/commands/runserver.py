from daphne.management.commands.runserver import Command as DaphneRunserver


class Command(DaphneRunserver):  # type: ignore[misc]  # daphne brings no types
    """Serve pages and sockets by daphne, restarted when code changes. The app `daphne` itself is not installed:
    it would load Twisted into every process.
    """
