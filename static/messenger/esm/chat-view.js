/** What the face `ChatViewV4` loads. */
export { ChatViewV4 } from '../js/chat-view-v4.js';
