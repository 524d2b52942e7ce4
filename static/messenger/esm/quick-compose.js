/** What the face `QuickComposeV4` loads. */
export { QuickComposeV4 } from '../js/quick-compose-v4.js';
