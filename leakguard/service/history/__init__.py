"""What happened to held and flagged messages, counted for the pictures. Pure but for `pictures.py`, which reads."""
