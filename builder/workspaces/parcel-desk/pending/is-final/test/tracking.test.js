import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canMove, checkDigit, isFinal, isTrackingNumber, makeNumber } from '../src/domain/tracking.js';

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

describe('transitions', () => {
  it('follows the way of a parcel', () => {
    assert.equal(canMove('created', 'collected'), true);
    assert.equal(canMove('in_transit', 'in_transit'), true);
    assert.equal(canMove('out_for_delivery', 'delivered'), true);
  });

  it('refuses to skip a status', () => {
    assert.equal(canMove('created', 'delivered'), false);
  });

  it('knows the end of the way', () => {
    assert.equal(isFinal('returned'), true);
    assert.equal(isFinal('out_for_delivery'), false);
  });
});
