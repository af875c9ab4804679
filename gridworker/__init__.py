"""GridWorker 网格通: the product without its face."""

__version__ = "0.1.0"
