import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkDigit, isTrackingNumber, makeNumber } from '../src/domain/tracking.js';

describe('tracking numbers', () => {
  it('computes the S10 check digit', () => {
    assert.equal(checkDigit('47312482'), 9);
  });

  it('maps the remainders 10 and 11 to 0 and 5', () => {
    assert.equal(checkDigit('00000008'), 0);
    assert.equal(checkDigit('00000000'), 5);
  });

  it('pads the serial number', () => {
    assert.equal(makeNumber(1), 'PD000000014');
  });

  it('refuses a wrong check digit', () => {
    assert.equal(isTrackingNumber('PD000000014'), true);
    assert.equal(isTrackingNumber('PD000000015'), false);
  });
});
