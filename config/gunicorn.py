"""How gunicorn serves the web door: `gunicorn -c config/gunicorn.py config.wsgi:app`.

Read by gunicorn before the application, so it reads the environment itself.
"""

import os

_demo = os.environ.get("ROEDTRAAD_DEMO", "0") == "1"
_host = "127.0.0.1" if _demo else "0.0.0.0"  # noqa: S104 - a real server sits behind a proxy

bind = os.environ.get("BIND") or f"{_host}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))

# Whose X-Forwarded-* headers are believed. On a platform whose proxy has no fixed address: "*".
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")

timeout = 60
graceful_timeout = 10
keepalive = 5
# A group of 200 people is chosen in the address; the default would refuse at about 150.
limit_request_line = 8190

accesslog = "-" if os.environ.get("ACCESS_LOG", "0") == "1" else None
errorlog = "-"

# The heartbeat file must not wait for a disk, or a busy disk looks like a hung worker.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else None  # noqa: S108

# Nothing here uses it, and its default place is the home directory, which may not be writable.
control_socket_disable = True

# Workers look once a second whether their parent is still there and leave when it is not, so a
# killed master frees the port by itself.
