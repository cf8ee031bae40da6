"""Sensor readings and watering rules of a greenhouse."""
