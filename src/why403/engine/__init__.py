"""Asks, weighs, orders, says what is missing. `engine.explain` is its front; a verb that needs another part imports that alone."""
