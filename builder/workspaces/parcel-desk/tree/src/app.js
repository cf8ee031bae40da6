import 'express-async-errors';
import express from 'express';
import { errorHandler, notFound, requireKey } from './middleware.js';
import { parcelRoutes } from './routes/parcels.js';
import { scanRoutes } from './routes/scans.js';

/**
 * Builds the app. The store, the secrets and the clock are passed in, so that tests can bring their own.
 */
export function createApp({ store, apiKey, scanSecret, now = () => new Date() }) {
  const app = express();
  app.disable('x-powered-by');

  app.get('/health', (req, res) => {
    res.json({ status: 'ok', parcels: store.size });
  });

  // Scans are signed over the raw bytes, so that router parses its own bodies.
  app.use('/api/scans', scanRoutes({ store, secret: scanSecret, now }));

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
