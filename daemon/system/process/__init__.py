"""This process among others: its lock, its log and what it says, other processes, the service manager."""
