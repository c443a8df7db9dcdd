"""Files with a phrase planted in each place where people and programs keep text; see README.md."""
