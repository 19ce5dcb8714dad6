"""The only package that speaks HTTP outward, and the only one that knows Wix's JSON."""
