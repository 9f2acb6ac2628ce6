"""The same under an ASGI server: `uvicorn examples.guard.django.asgi:application`."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "examples.guard.django.settings")
application = get_asgi_application()

from examples.guard.django.people import set_up  # noqa: E402  # Django is ready only now

set_up()
