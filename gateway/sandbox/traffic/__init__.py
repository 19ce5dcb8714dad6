"""What befalls calls on their way: they are counted, limited and struck by faults."""
