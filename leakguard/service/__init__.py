"""Use cases: submit, review, lift, reload. The doors translate to and from these and decide nothing."""
