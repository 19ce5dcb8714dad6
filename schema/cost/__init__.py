"""What an operation costs in upstream calls, told before it is executed."""
