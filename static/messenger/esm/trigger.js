/** What the face `MessengerTrigger` loads. */
export { MessengerTrigger } from '../js/messenger-trigger.js';
