import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeNumber } from '../domain/tracking.js';

/** Parcels in memory, written to one JSON file. Without a file nothing is written. */
export class ParcelStore {
  #file;
  #parcels = new Map();
  #nextSerial = 1;

  constructor(file = null) {
    this.#file = file;
  }

  static async open(file) {
    const store = new ParcelStore(file);
    try {
      const data = JSON.parse(await readFile(file, 'utf8'));
      store.#nextSerial = data.nextSerial;
      for (const parcel of data.parcels) store.#parcels.set(parcel.number, parcel);
    } catch (err) {
      if (err.code !== 'ENOENT') throw err;
    }
    return store;
  }

  get size() {
    return this.#parcels.size;
  }

  findByCode(code) {
    return this.#parcels.get(code) ?? null;
  }

  list({ status }) {
    return [...this.#parcels.values()].filter(
      (parcel) => status === undefined || parcel.status === status,
    );
  }

  create({ recipient, postcode, note = '' }, at) {
    const parcel = {
      number: makeNumber(this.#nextSerial++),
      recipient,
      postcode,
      note,
      status: 'created',
      history: [{ status: 'created', depot: null, at: at.toISOString() }],
    };
    this.#parcels.set(parcel.number, parcel);
    return parcel;
  }

  recordScan(parcel, { status, depot }, at) {
    parcel.status = status;
    parcel.history.push({ status, depot, at: at.toISOString() });
  }

  remove(parcel) {
    this.#parcels.delete(parcel.number);
  }

  async save() {
    if (this.#file === null) return;
    const data = { nextSerial: this.#nextSerial, parcels: [...this.#parcels.values()] };
    await mkdir(dirname(this.#file), { recursive: true });
    await writeFile(this.#file, JSON.stringify(data));
  }
}
