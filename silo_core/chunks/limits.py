"""How large the pieces may be that a file travels in. All sizes are in bytes."""

from __future__ import annotations

from silo_core.fcstd.limits import DEFAULT_LIMITS

MAX_FILE = 8 << 30
MAX_TOTAL = MAX_FILE + DEFAULT_LIMITS.total_size
"""Of all chunks of a file together, plain: what deflating them again may cost."""
MAX_CHUNK = 64 << 20
"""Of one chunk. One chunk, its deflated form and its dictionary are in memory at a time, never a
file; chunk and dictionary together fit the 128 MiB that RFC 9842 lets a window have."""
PIECE = 1 << 20
"""Of a chunk that is no zip member. The cost of naming one (some 50 bytes) is 0.005 % of it, a cut
transfer repeats at most one, and a change in the middle of a file sends no more than it must."""
MAX_CHUNKS = 2 * DEFAULT_LIMITS.members + MAX_FILE // PIECE
INLINE = 64 << 10
"""Plain chunks up to this size (a zip's headers, and mostly its directory) travel within the manifest's
compact form: each changes with every save, and its name alone is half as long as the header."""
INLINE_TOTAL = 16 << 20
"""Of all chunks that do so. With the names of all others, a compact form stays below ``MAX_CHUNK``."""
TINY = 32
"""Members that are no larger than this when deflated stay within the zip's own bytes: naming them
would cost more than they hold."""
SLICE = 256 << 10
"""What is read, deflated or hashed in one go."""
