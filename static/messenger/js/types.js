/**
 * The shapes that cross the wire (v4) and the ones the store keeps. Types only: nothing here runs.
 *
 * Ids are decimal strings, times ISO 8601 UTC with milliseconds.
 */

/**
 * @typedef {object} User
 * @property {string} id
 * @property {string} [userId]
 * @property {string} [email] own only
 * @property {string} displayName
 * @property {string} [name]
 * @property {string} [firstName]
 * @property {string | null} [avatar]
 * @property {string | null} [avatarUrl]
 * @property {'customer' | 'supplier' | 'admin'} [role]
 * @property {'free' | 'pro' | 'pro_plus'} [subscriptionTier]
 */

/** @typedef {'online' | 'away' | 'offline'} PresenceStatus */

/**
 * @typedef {object} Participant
 * @property {string} userId
 * @property {string} displayName
 * @property {string | null} [avatar]
 * @property {string} [role]
 * @property {'owner' | 'admin' | 'member'} [memberRole]
 * @property {PresenceStatus} [status]
 * @property {number} [lastReadSeq]
 * @property {string | null} [lastReadAt]
 * @property {number} [lastDeliveredSeq]
 * @property {boolean} [isPinned] this and the following on the caller's own entry only
 * @property {boolean} [isMuted]
 * @property {string | null} [mutedUntil]
 * @property {boolean} [isArchived]
 * @property {number} [unreadCount]
 */

/**
 * @typedef {object} LastMessage
 * @property {string} id
 * @property {number} seq
 * @property {string} content at most 100 characters
 * @property {string | null} senderId
 * @property {string} [senderName]
 * @property {string} [sentAt]
 * @property {string} createdAt
 * @property {string} type
 * @property {boolean} isDeleted
 */

/** @typedef {{ text: string, replyToId?: string | null, attachmentIds?: string[], rev?: number, updatedAt?: string }} Draft */

/** @typedef {{ canSend: boolean, canInvite?: boolean, canRename?: boolean, canRemove?: boolean, canClose?: boolean, reason?: string }} Permissions `reason` is the code of the refusal */

/** @typedef {{ type: string, referenceId?: string, referenceTitle?: string, referenceImage?: string | null, url?: string | null }} Context */

/**
 * @typedef {object} Conversation
 * @property {string} id
 * @property {string} [_id]
 * @property {string} type
 * @property {string | null} [title]
 * @property {string | null} [avatar]
 * @property {Participant[]} participants
 * @property {number} [participantCount]
 * @property {Context | null} [context]
 * @property {LastMessage | null} lastMessage
 * @property {number} lastSeq
 * @property {number} version
 * @property {number} privateVersion
 * @property {number} pointerSum
 * @property {number} [historyFromSeq]
 * @property {'active' | 'closed'} status
 * @property {Record<string, unknown> | null} [flow]
 * @property {boolean} isPinned
 * @property {boolean} isMuted
 * @property {string | null} [mutedUntil]
 * @property {boolean} isArchived
 * @property {number} unreadCount
 * @property {number} lastReadSeq
 * @property {boolean} [markedUnread]
 * @property {Draft | null} [draft]
 * @property {Permissions} [permissions]
 * @property {number} [messageCount]
 * @property {Record<string, unknown>} [metadata]
 * @property {string} createdAt
 * @property {string} updatedAt
 */

/**
 * @typedef {object} Attachment
 * @property {string} id
 * @property {string} url
 * @property {string} filename
 * @property {string} mimeType
 * @property {number} size
 * @property {number | null} [width]
 * @property {number | null} [height]
 * @property {string | null} [thumbnailUrl]
 */

/** @typedef {{ _id: string, messageId?: string, seq?: number, senderId?: string | null, senderName?: string, content: string, isDeleted?: boolean }} Quote */

/** @typedef {{ id: string, userId: string, displayName: string, avatar: string | null, role: string, status: PresenceStatus }} Contact */
/** @typedef {{ emoji: string, userId: string, userName?: string, createdAt?: string }} Reaction */
/** @typedef {{ emoji: string, count: number, users: string[], reacted?: boolean }} ReactionSummary */

/**
 * @typedef {object} Message
 * @property {string} id
 * @property {string} [_id]
 * @property {string} conversationId
 * @property {number} seq
 * @property {number} version
 * @property {string | null} senderId
 * @property {string} senderName
 * @property {string | null} [senderAvatar]
 * @property {string} [senderRole]
 * @property {string} content
 * @property {'text' | 'image' | 'file' | 'system' | 'automated'} type
 * @property {Attachment[]} attachments
 * @property {Quote | null} replyTo
 * @property {Reaction[]} reactions
 * @property {ReactionSummary[]} reactionSummary
 * @property {string[]} [mentions]
 * @property {'sent' | 'delivered' | 'read'} status
 * @property {{ userId: string, readAt: string | null }[]} [readBy]
 * @property {string} [clientNonce] to its sender only
 * @property {boolean} isEdited
 * @property {string | null} [editedAt]
 * @property {boolean} isDeleted
 * @property {string | null} [deletedAt]
 * @property {Record<string, unknown> | null} [linkPreview]
 * @property {Record<string, unknown>} [metadata]
 * @property {string} createdAt
 * @property {string} [updatedAt]
 */

/**
 * A message of ours that the server has not acknowledged yet.
 *
 * @typedef {object} Pending
 * @property {string} clientNonce
 * @property {string} conversationId
 * @property {string} content
 * @property {Quote | null} replyTo
 * @property {string[]} attachmentIds
 * @property {PendingFile[]} files
 * @property {Record<string, unknown>} [metadata]
 * @property {'sending' | 'waiting' | 'failed'} state `waiting`: told to wait by a rate limit, until `retryAt`
 * @property {string | null} error the server's sentence
 * @property {number} tries
 * @property {number | null} retryAt milliseconds since 1970
 * @property {string} createdAt
 */

/** @typedef {{ name: string, type: string, size: number, progress: number }} PendingFile */

/** @typedef {{ version: number, privateVersion: number, pointerSum: number }} Position */
/** @typedef {{ lastReadSeq?: number, lastReadAt?: string | null, lastDeliveredSeq?: number }} Pointer */

/**
 * One unbroken stretch of a conversation's history.
 *
 * @typedef {object} MessageWindow
 * @property {Message[]} rows by `seq`, ascending
 * @property {boolean} hasOlder
 * @property {boolean} hasNewer false: `rows` ends with the newest message and live ones are added
 * @property {boolean} loading
 * @property {string | null} error
 */

/** @typedef {'connecting' | 'websocket' | 'polling' | 'rest' | 'offline' | 'catching-up' | 'signed-out'} Mode */

/** @typedef {{ mode: Mode, since: number, tries: number, everConnected: boolean }} ConnectionState `since` in milliseconds since 1970, `tries` failed since the last success */

/** @typedef {{ status: PresenceStatus, lastSeen: string | null }} PresenceState */
/** @typedef {{ userName: string, since: number }} TypingState */
/** @typedef {{ ids: string[], nextCursor: string | null, hasMore: boolean, total: number | null, loaded: boolean, loading: boolean, error: string | null }} ListState */

/**
 * @typedef {object} Limits
 * @property {number} maxLength
 * @property {number} maxFiles
 * @property {number} maxFileBytes
 * @property {number} maxTotalBytes
 * @property {number} editWindowSeconds
 * @property {number} typingEveryMs
 * @property {number} typingStopMs
 * @property {number} pollMs
 */

/**
 * All the store holds. Never changed in place: a changed part is a new object, an unchanged one the same object.
 *
 * @typedef {object} State
 * @property {User | null} user
 * @property {boolean} isIdentified false until it is known whether somebody is signed in
 * @property {Record<string, unknown>} preferences
 * @property {Limits} limits
 * @property {string | null} epoch
 * @property {Record<string, Conversation>} conversations by id
 * @property {Record<string, Position>} positions by conversation id, also of conversations not loaded
 * @property {Record<string, ListState>} lists by tab: `all`, `unread`, `pinned`, `archived`
 * @property {Record<string, MessageWindow>} windows by conversation id
 * @property {Record<string, Pending[]>} pending by conversation id, in the order of sending
 * @property {Record<string, Record<string, TypingState>>} typing by conversation id, then user id
 * @property {Record<string, PresenceState>} presence by user id
 * @property {number} unreadCount
 * @property {Record<string, Draft>} draftOffers another device's draft, where both changed
 * @property {string | null} activeId the conversation open on screen
 * @property {ConnectionState} connection
 * @property {string | null} sessionEnded the reason, once the server ended the session
 */

/**
 * @typedef {object} BootData
 * @property {User | null} user
 * @property {Record<string, unknown>} [preferences]
 * @property {Conversation[]} [conversations]
 * @property {boolean} [conversationsHasMore]
 * @property {string | null} [conversationsCursor]
 * @property {string | null} [conversationId]
 * @property {Message[]} [messages]
 * @property {boolean} [hasMore]
 * @property {string | null} [nextCursor]
 * @property {boolean} [hasNewer]
 * @property {Record<string, Position>} [positions]
 * @property {Partial<Limits>} [limits]
 * @property {string | null} [epoch]
 * @property {number} [unreadCount]
 * @property {boolean} [debugHooks]
 * @property {string} [csrfToken]
 */

/** @typedef {{ epoch?: string, conversations: Record<string, Position>, only?: string[], cursor?: string, limit?: number }} SyncRequest */

/**
 * @typedef {object} SyncAnswer
 * @property {string} epoch
 * @property {Conversation[]} conversations
 * @property {Record<string, Message[]>} messages
 * @property {Record<string, Record<string, Pointer>>} pointers
 * @property {Record<string, Position>} positions
 * @property {string[]} removed
 * @property {number} unreadCount
 * @property {string} [serverTime]
 * @property {string | null} [cursor]
 * @property {boolean} [hasMore]
 */

/**
 * What one socket event says; which members are there depends on its name.
 *
 * @typedef {object} EventData
 * @property {string} [conversationId]
 * @property {Message} [message]
 * @property {string} [messageId]
 * @property {number} [seq]
 * @property {number} [version]
 * @property {number} [privateVersion]
 * @property {string} [content]
 * @property {string} [editedAt]
 * @property {string} [deletedAt]
 * @property {string} [userId]
 * @property {string} [userName]
 * @property {boolean} [isTyping]
 * @property {string} [emoji]
 * @property {boolean} [added]
 * @property {Reaction[]} [reactions]
 * @property {ReactionSummary[]} [reactionSummary]
 * @property {number} [lastReadSeq]
 * @property {string | null} [lastReadMessageId]
 * @property {string} [readAt]
 * @property {number} [upToSeq]
 * @property {Conversation} [conversation]
 * @property {Record<string, unknown>} [updates]
 * @property {PresenceStatus} [status]
 * @property {PresenceStatus} [state]
 * @property {string | null} [lastSeen]
 * @property {number} [unreadCount]
 * @property {number} [conversationUnreadCount]
 * @property {Record<string, unknown>} [notification]
 * @property {string} [reason]
 * @property {number} [retryAfter]
 * @property {string} [epoch]
 * @property {string} [connectionId]
 * @property {string} [serverTime]
 */

/** @typedef {{ event: string, data: EventData }} ServerEvent */

export {};
