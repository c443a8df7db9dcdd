"""The SMTP door: a live proxy that keeps nothing and answers with what the next hop or the gate says."""
