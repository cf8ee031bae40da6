/** The life of a parcel; every status but the last two leads somewhere. */
export const STATUSES = [
  'created',
  'collected',
  'in_transit',
  'out_for_delivery',
  'delivered',
  'returned',
];

const TRANSITIONS = {
  created: ['collected'],
  collected: ['in_transit'],
  in_transit: ['in_transit', 'out_for_delivery', 'returned'],
  out_for_delivery: ['delivered', 'in_transit'],
};

/** Whether a scan may take a parcel from one status to another. */
export function canMove(from, to) {
  return TRANSITIONS[from].includes(to);
}

/** Whether a parcel has come to the end of its way. */
export function isFinal(status) {
  return status === 'delivered' || status === 'returned';
}

const PREFIX = 'PD';
const WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7];

/** The S10 check digit for eight digits. */
export function checkDigit(serial) {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(serial[index]), 0);
  const rest = 11 - (sum % 11);
  if (rest === 10) return 0;
  if (rest === 11) return 5;
  return rest;
}

/** PD, eight digits, check digit: PD000000014 for the first parcel. */
export function makeNumber(serial) {
  const digits = String(serial).padStart(8, '0');
  return `${PREFIX}${digits}${checkDigit(digits)}`;
}

export function isTrackingNumber(text) {
  if (!/^PD\d{9}$/.test(text)) return false;
  return checkDigit(text.slice(2, 10)) === Number(text[10]);
}
