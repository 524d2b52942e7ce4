/** Uploads that tell how far they are: `fetch` cannot. */
import { ApiError } from './errors.js';

/**
 * @param {string} url
 * @param {string} method
 * @param {Record<string, string>} headers
 * @param {FormData} form
 * @param {(share: number) => void} onProgress 0 up to 1
 * @param {AbortSignal} [signal]
 * @returns {Promise<{status: number, text: string, retryAfter: string | null}>}
 */
export function sendWithProgress(url, method, headers, form, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const ended = () => {
      if (signal) signal.removeEventListener('abort', abort);
    };
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      ended();
      resolve({ status: request.status, text: request.responseText, retryAfter: request.getResponseHeader('Retry-After') });
    };
    request.onerror = () => {
      ended();
      reject(new ApiError('The server could not be reached.', { status: 0 }));
    };
    request.onabort = () => {
      ended();
      reject(new ApiError('The upload was cancelled.', { status: 0, code: 'aborted' }));
    };
    if (signal && signal.aborted) {
      reject(new ApiError('The upload was cancelled.', { status: 0, code: 'aborted' }));
      return;
    }
    if (signal) signal.addEventListener('abort', abort);
    request.send(form);
  });
}
