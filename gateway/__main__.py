"""``python -m gateway`` is ``crm-labels``."""

from gateway.cli import main

main()
