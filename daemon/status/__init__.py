"""What goes on, for people and programs: `status`, STATUS.txt and systemd."""
