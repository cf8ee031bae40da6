import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createApp } from '../src/app.js';
import { ParcelStore } from '../src/store/parcels.js';

const KEY = 'a-key-for-tests';
const NOW = new Date('2025-05-06T08:00:00Z');

describe('/api/parcels', () => {
  let server;
  let url;
  let store;

  before(async () => {
    store = new ParcelStore();
    const app = createApp({ store, apiKey: KEY, scanSecret: 'a-secret-for-tests', now: () => NOW });
    server = app.listen(0);
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${server.address().port}/api/parcels`;
  });

  after(() => server.close());

  function call(method, path = '', body = undefined, key = KEY) {
    const headers = { 'x-api-key': key, 'content-type': 'application/json' };
    return fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  }

  it('books a parcel', async () => {
    const res = await call('POST', '', { recipient: 'Iris Bloem', postcode: '10115' });
    assert.equal(res.status, 201);
    const parcel = await res.json();
    assert.equal(parcel.status, 'created');
    assert.equal(store.findByCode(parcel.number).recipient, 'Iris Bloem');
  });

  it('asks for a recipient', async () => {
    const res = await call('POST', '', { postcode: '10115' });
    assert.equal(res.status, 400);
    assert.equal((await res.json()).error.code, 'missing_field');
  });

  it('answers 404 for an unknown parcel', async () => {
    const res = await call('GET', '/PD000000999');
    assert.equal(res.status, 404);
  });

  it('cancels a parcel that waits for collection', async () => {
    const parcel = store.create({ recipient: 'Otto Kern', postcode: '20095' }, NOW);
    const res = await call('DELETE', `/${parcel.number}`);
    assert.equal(res.status, 204);
    assert.equal(store.findByCode(parcel.number), null);
  });

  it('refuses a wrong key', async () => {
    const res = await call('GET', '', undefined, 'not-the-key');
    assert.equal(res.status, 401);
    assert.equal((await res.json()).error.code, 'bad_key');
  });
});
