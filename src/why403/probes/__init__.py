"""Experiments: generators that plan twin requests and read the answers. Nothing here sends."""
