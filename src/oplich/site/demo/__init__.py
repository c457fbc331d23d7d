"""The demonstration response: real places, organisations and published figures with their sources; people and reports made up by a program."""

from oplich.site.demo.marking import is_demo

__all__ = ["is_demo"]
