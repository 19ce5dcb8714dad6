"""A Wix site of our own, written from the contract alone; it imports nothing else of ours."""

from gateway.sandbox.app import Sandbox, SandboxOptions, create_sandbox
from gateway.sandbox.transport import SandboxTransport

__all__ = ["Sandbox", "SandboxOptions", "SandboxTransport", "create_sandbox"]
