"""A district to try: made-up places and people, all marked 示例."""

from central.demo.district import fill
from central.demo.person import Person
from central.demo.template import Template

__all__ = ["Person", "Template", "fill"]
