"""Pure finders of values in normalised text (`bot.nlu.normalise`). Each has `find(text) -> list[Found]`."""
