"""Lobby: an assistant for bank branches. The map of the rooms is in README.md."""

VERSION = "0.1.0"
