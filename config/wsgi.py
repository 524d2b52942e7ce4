import os

from django.core.wsgi import get_wsgi_application

from config.database.base import wait_briefly_for_locks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
wait_briefly_for_locks()
