"""The parts of the self-check: a client, a mail server, the lifecycle, and a probe per defect."""
