"""How a chunk becomes a cleaned chunk: asked of a model or done by rules, and judged before it counts."""
