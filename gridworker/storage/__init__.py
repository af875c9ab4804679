"""Everything that touches the disk of a laptop."""
