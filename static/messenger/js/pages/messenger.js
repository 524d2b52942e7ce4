/** The messenger page's script: the engine first, then the elements, each once what it stands on is there. */

import { startPage } from '../boot.js';
import './site.js';

startPage();
import('../elements/messenger-app.js');
