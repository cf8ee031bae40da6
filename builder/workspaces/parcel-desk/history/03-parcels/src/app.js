import 'express-async-errors';
import express from 'express';
import { errorHandler, notFound, requireKey } from './middleware.js';
import { parcelRoutes } from './routes/parcels.js';

/**
 * Builds the app. The store, the secrets and the clock are passed in, so that tests can bring their own.
 */
export function createApp({ store, apiKey, now = () => new Date() }) {
  const app = express();
  app.disable('x-powered-by');

  app.get('/health', (req, res) => {
    res.json({ status: 'ok', parcels: store.size });
  });

  app.use(
    '/api/parcels',
    requireKey(apiKey),
    express.json({ limit: '32kb' }),
    parcelRoutes({ store, now }),
  );

  app.all('/api/*', notFound);
  app.use(errorHandler);

  return app;
}
