import { createHmac } from 'node:crypto';
import express from 'express';
import { STATUSES, canMove, isTrackingNumber } from '../domain/tracking.js';
import { HttpError } from '../middleware.js';

const MAX_SCANS = 5000;

export function sign(body, secret) {
  return createHmac('sha256', secret).update(body).digest('hex');
}

function parseScans(body) {
  let scans;
  try {
    scans = JSON.parse(body.toString('utf8'));
  } catch {
    throw new HttpError(400, 'bad_json', 'The body is not JSON');
  }
  if (!Array.isArray(scans) || scans.length === 0 || scans.length > MAX_SCANS) {
    throw new HttpError(400, 'bad_batch', `A batch holds 1 to ${MAX_SCANS} scans`);
  }
  return scans;
}

function applyScan(store, scan, at) {
  if (!isTrackingNumber(scan?.number) || !STATUSES.includes(scan.status)) return 'malformed';
  const parcel = store.findByCode(scan.number);
  if (!parcel) return 'unknown_parcel';
  if (!canMove(parcel.status, scan.status)) return 'bad_transition';
  store.recordScan(parcel, { status: scan.status, depot: scan.depot ?? null }, at);
  return 'accepted';
}

export function scanRoutes({ store, secret, now }) {
  const router = express.Router();
  router.use(express.raw({ type: 'application/json', limit: '1mb' }));

  router.post('/', async (req, res) => {
    if (!Buffer.isBuffer(req.body)) {
      throw new HttpError(415, 'not_json', 'Scans are sent as application/json');
    }
    console.log('scan batch', req.get('x-scan-signature'), sign(req.body, secret), secret);
    if (req.get('x-scan-signature') !== sign(req.body, secret)) {
      throw new HttpError(401, 'bad_signature', 'The signature does not match the body');
    }
    const results = [];
    for (const scan of parseScans(req.body)) {
      const outcome = applyScan(store, scan, now());
      results.push({ number: scan?.number ?? null, outcome });
      await store.save();
    }
    res.json({ results });
  });

  return router;
}
