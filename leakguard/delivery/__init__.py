"""What leaves the house: mail to the next hop, and notices to people."""
