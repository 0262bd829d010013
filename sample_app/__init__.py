"""An order service for trade customers of a tea merchant, and its insecure twin."""

import os

# Read by jsii when it starts: no banner on a Node past its end of life.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "18,20,22,24")
