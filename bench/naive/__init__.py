"""The same job as Channels projects usually do it: ORM in a thread, one group per conversation, `RedisChannelLayer`."""
