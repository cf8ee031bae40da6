import { createApp } from './app.js';
import { readConfig } from './config.js';
import { ParcelStore } from './store/parcels.js';

const SHUTDOWN_MS = 10_000;

const config = readConfig();
const store = await ParcelStore.open(config.dataFile);
const app = createApp({ store, apiKey: config.apiKey, scanSecret: config.scanSecret });

const server = app.listen(config.port, () => {
  console.log(`parcel-desk listens on port ${config.port}, ${store.size} parcels loaded`);
});

function shutDown(signal) {
  console.log(`${signal}: closing`);
  const timer = setTimeout(() => {
    console.error('connections are still open, giving up on them');
    process.exit(1);
  }, SHUTDOWN_MS);
  timer.unref();

  server.close(async () => {
    await store.save();
    process.exit(0);
  });
}

process.once('SIGTERM', () => shutDown('SIGTERM'));
process.once('SIGINT', () => shutDown('SIGINT'));
