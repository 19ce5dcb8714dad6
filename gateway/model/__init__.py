"""What passes between the layers: frozen values without I/O and without a framework."""
