"""Chats, as programs export them."""
