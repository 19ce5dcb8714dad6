"""What tests share: clocks, servers and builders."""
