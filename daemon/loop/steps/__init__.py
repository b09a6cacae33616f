"""The steps of a job carried out: read and planned, cleaned chunk by chunk, ended."""
