"""`service`: what systemd is told, so that it runs the daemon."""
