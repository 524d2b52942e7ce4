/** What `MessengerAPI.js` loads: no more than it needs. */
export { MessengerAPI } from '../js/api.js';
