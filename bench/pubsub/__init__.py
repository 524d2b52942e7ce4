"""The Channels pub/sub layer alone: one channel for each socket, one group, nothing stored."""
