"""The shop in Django: `gunicorn examples.guard.django.wsgi:application`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "examples.guard.django.settings")
application = get_wsgi_application()

from examples.guard.django.people import set_up  # noqa: E402  # Django is ready only now

set_up()
