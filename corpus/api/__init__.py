"""The API of this app: uploads of episodes."""
