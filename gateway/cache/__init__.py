"""What one read learns and others use: shared loads, batches, and a bounded store of answers."""
