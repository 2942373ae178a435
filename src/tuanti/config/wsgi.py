"""The door for a web server: ``gunicorn tuanti.config.wsgi``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuanti.config.settings")
application = get_wsgi_application()
