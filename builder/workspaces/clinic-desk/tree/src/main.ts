import { HttpInterceptorFn, provideHttpClient, withInterceptors } from '@angular/common/http';
import { provideBrowserGlobalErrorListeners, provideZonelessChangeDetection } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';

import { Desk } from './app/desk';

/** The key is typed in once per computer; the API answers 401 to requests without it. */
const deskKey: HttpInterceptorFn = (request, next) => {
  const key = localStorage.getItem('desk-key');
  if (!key) {
    return next(request);
  }
  return next(request.clone({ setHeaders: { 'X-Desk-Key': key } }));
};

bootstrapApplication(Desk, {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideZonelessChangeDetection(),
    provideHttpClient(withInterceptors([deskKey])),
  ],
}).catch((error: unknown) => console.error(error));
