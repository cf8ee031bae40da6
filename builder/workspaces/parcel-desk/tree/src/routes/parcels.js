import express from 'express';
import { STATUSES } from '../domain/tracking.js';
import { HttpError } from '../middleware.js';

const POSTCODE = /^\d{5}$/;

function requireText(value, name) {
  if (typeof value !== 'string' || value.trim() === '') {
    throw new HttpError(400, 'missing_field', `${name} is required`);
  }
  return value.trim();
}

function requirePostcode(value) {
  if (!POSTCODE.test(value)) {
    throw new HttpError(400, 'bad_postcode', 'postcode must have five digits');
  }
  return value;
}

export function parcelRoutes({ store, now }) {
  const router = express.Router();

  router.get('/', (req, res) => {
    const { status, limit = 20, offset = 0 } = req.query;
    if (status !== undefined && !STATUSES.includes(status)) {
      throw new HttpError(400, 'bad_status', `status must be one of ${STATUSES.join(', ')}`);
    }
    const { total, items } = store.list({ status, limit, offset });
    res.json({ total, limit, offset, items });
  });

  router.post('/', async (req, res) => {
    const recipient = requireText(req.body.recipient, 'recipient');
    const postcode = requirePostcode(req.body.postcode);
    const parcel = store.create({ recipient, postcode, note: req.body.note }, now());
    await store.save();
    res.status(201).location(`/api/parcels/${parcel.number}`).json(parcel);
  });

  router.get('/:number', (req, res) => {
    const parcel = store.findByCode(req.params.number);
    if (!parcel) {
      throw new HttpError(404, 'unknown_parcel', `No parcel ${req.params.number}`);
    }
    res.json(parcel);
  });

  router.get('/:number/history', (req, res) => {
    const parcel = store.findByCode(req.params.number);
    if (!parcel) {
      throw new HttpError(404, 'unknown_parcel', `No parcel ${req.params.number}`);
    }
    res.json({ number: parcel.number, history: parcel.history });
  });

  router.patch('/:number', async (req, res) => {
    const parcel = store.findByCode(req.params.number);
    if (!parcel) {
      throw new HttpError(404, 'unknown_parcel', `No parcel ${req.params.number}`);
    }
    if (parcel.status !== 'created') {
      throw new HttpError(409, 'already_collected', 'Only parcels that wait for collection can change');
    }
    Object.assign(parcel, req.body);
    await store.save();
    res.json(parcel);
  });

  router.delete('/:number', async (req, res) => {
    const parcel = store.findByCode(req.params.number);
    if (!parcel) {
      throw new HttpError(404, 'unknown_parcel', `No parcel ${req.params.number}`);
    }
    if (parcel.status !== 'created') {
      throw new HttpError(409, 'already_collected', 'Only parcels that wait for collection can be cancelled');
    }
    store.remove(parcel);
    await store.save();
    res.status(204).end();
  });

  return router;
}
