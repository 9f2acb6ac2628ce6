"""Real servers that refuse for known reasons, and the recorder that makes cases of them."""
