/** What the face `NotificationBridge` loads. */
export { NotificationBridge } from '../js/notification-bridge.js';
