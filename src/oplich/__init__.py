"""Oplich: what a humanitarian response runs on. docs/map.md is the way in."""
