"""Accuracy, speed, memory: each prints its figures and writes them as JSON."""
