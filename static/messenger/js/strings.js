/** Every word the scripts show, in one catalogue; a second language is a second catalogue of the same keys. */

/** @typedef {string | {one: string, other: string}} Entry */

/** @type {Record<string, Entry>} */
const ENGLISH = {
  'you': 'You',
  'preview.own': 'You: {text}',
  'preview.deleted': 'Message deleted',
  'preview.file': 'File',
  'preview.photo': 'Photo',
  'preview.none': 'No messages yet',
  'time.yesterday': 'Yesterday',
  'time.today': 'Today',
  'presence.online': 'Online',
  'presence.away': 'Away',
  'presence.offline': '',
  'presence.lastSeen': 'Last seen {when}',
  'presence.members': { one: '{count} member', other: '{count} members' },
  'context.package': 'Package',
  'context.supplier_profile': 'Supplier',
  'context.marketplace_listing': 'Marketplace',
  'context.find_a_supplier': 'Find a supplier',
  'context.booking': 'Booking',
  'context.event': 'Event',
  'typing.one': '{name} is typing',
  'typing.two': '{name} and {other} are typing',
  'typing.many': 'Several people are typing',
  'unread.label': { one: '{count} unread message', other: '{count} unread messages' },
  'unread.divider': 'Unread messages',
  'state.sending': 'Sending',
  'state.waiting': 'Waiting',
  'state.sent': 'Sent',
  'state.delivered': 'Delivered',
  'state.read': 'Read',
  'state.failed': 'Not sent',
  'message.deleted': 'Message deleted',
  'message.label': '{sender}, {time}, {text}',
  'message.labelState': '{sender}, {time}, {text}, {state}',
  'message.failed': 'This message was not sent.',
  'message.waiting': 'Too many messages at once; it goes out in a moment.',
  'message.retry': 'Retry',
  'message.discard': 'Delete',
  'message.copied': 'Copied',
  'message.deletedToast': 'Message deleted',
  'message.undo': 'Undo',
  'message.deleteTitle': 'Delete this message?',
  'message.deleteText': 'It disappears for everybody in this conversation.',
  'message.delete': 'Delete',
  'message.from': '{name}: {text}',
  'reaction.label': { one: '{emoji}, {count} person', other: '{emoji}, {count} people' },
  'reaction.with': 'React with {emoji}',
  'bottom.newest': 'To the newest message',
  'bottom.count': { one: '{count} new message; to the newest', other: '{count} new messages; to the newest' },
  'composer.left': '{count} of {limit} characters',
  'composer.over': { one: '{count} character too many', other: '{count} characters too many' },
  'composer.refused': 'You cannot write in this conversation at the moment.',
  'menu.pin': 'Pin',
  'menu.unpin': 'Unpin',
  'menu.mute': 'Mute',
  'menu.unmute': 'Unmute',
  'menu.archive': 'Archive',
  'menu.unarchive': 'Take out of the archive',
  'menu.markUnread': 'Mark as unread',
  'menu.archived': 'Conversation archived',
  'conversation.deleteTitle': 'Delete this conversation?',
  'conversation.deleteText': 'This hides it for you only. The others keep it, and a new message brings it back.',
  'conversation.delete': 'Delete for me',
  'conversation.gone': 'This conversation is no longer available.',
  'empty.all.title': 'No conversations yet',
  'empty.all.text': 'Start one with the plus button, or write to a supplier from an offer.',
  'empty.unread.title': 'All read',
  'empty.unread.text': 'There is nothing new for you.',
  'empty.pinned.title': 'Nothing pinned',
  'empty.pinned.text': 'Pin a conversation from its menu, and it stays at the top.',
  'empty.archived.title': 'The archive is empty',
  'empty.archived.text': 'Archived conversations wait here until somebody writes.',
  'empty.search.title': 'Nothing found',
  'empty.search.text': 'Try another name or word.',
  'contacts.loading': 'Searching …',
  'contacts.none': 'Nobody found.',
  'role.customer': 'Customer',
  'role.supplier': 'Supplier',
  'role.admin': 'Administrator',
  'compose.about': 'About: {title}',
  'connection.offline': 'No connection. What you write is sent as soon as it is back.',
  'connection.connecting': 'Connecting again …',
  'connection.catching-up': 'Catching up …',
  'connection.rest': 'Updates every 30 seconds.',
  'connection.fallback': 'Using fallback polling mode',
  'session.title': 'Please sign in again',
  'session.signIn': 'Sign in',
  'session.ended': 'Your session has ended. What you wrote is kept.',
  'signOut.unsent': { one: '{count} message is not sent yet.', other: '{count} messages are not sent yet.' },
  'signOut.title': 'Sign out now?',
  'signOut.yes': 'Sign out',
  'title.unread': '({count}) {title}',
  'title.page': 'Messages – Messenger',
  'error.generic': 'That did not work. Please try again.',
  'error.retry': 'Retry',
  'widget.all': 'View all messages',
  'widget.new': 'New conversation',
  'widget.heading': 'Messages',
  'widget.empty': 'No conversations yet.',
  'widget.loading': 'Loading messages …',
  'widget.error': 'Your messages could not be loaded.',
  'widget.anonymous': 'Sign in to see your messages.',
  'widget.signIn': 'Sign in',
  'widget.open': 'Open',
  'widget.send': 'Send',
  'widget.cancel': 'Cancel',
  'widget.reply': 'Reply to {name}',
  'widget.placeholder': 'Write a reply',
  'widget.sent': 'Sent',
  'toast.close': 'Close',
  'toast.open': 'Open the message of {name}',
};

const language = document.documentElement.lang || 'en';
const plurals = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language);

/**
 * The words of `key`, with `{names}` filled in; `count` chooses the plural.
 *
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  const entry = ENGLISH[key];
  if (entry === undefined) return '';
  const words = typeof entry === 'string' ? entry : entry[plurals.select(Number(values.count)) === 'one' ? 'one' : 'other'];
  return words.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === 'number' ? numbers.format(value) : String(value);
  });
}
