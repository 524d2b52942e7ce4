/** The canonical entry: every class of the promised URLs, by name. */
export { MessengerAPI } from '../js/api.js';
export { MessengerSocket } from '../js/messenger-socket.js';
export { MessengerState } from '../js/messenger-state.js';
export { getEngine } from '../js/engine.js';
export { MessengerWidgetV4 } from '../js/messenger-widget-v4.js';
export { MessengerTrigger } from '../js/messenger-trigger.js';
export { NotificationBridge } from '../js/notification-bridge.js';
export { QuickComposeV4 } from '../js/quick-compose-v4.js';
export { ChatViewV4 } from '../js/chat-view-v4.js';
