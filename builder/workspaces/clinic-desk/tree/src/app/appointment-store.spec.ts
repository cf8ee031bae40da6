import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { provideZonelessChangeDetection } from '@angular/core';
import { TestBed } from '@angular/core/testing';

import { Appointment } from './appointment';
import { AppointmentStore } from './appointment-store';

const minka: Appointment = {
  id: 7,
  patient: 'Minka',
  owner: 'Jana Petersen',
  phone: '040 555 0117',
  species: 'cat',
  vet: 'Dr. Okafor',
  start: '2025-05-12T09:00',
  minutes: 30,
  status: 'booked',
  note: 'Vaccination',
};

describe('AppointmentStore', () => {
  let store: AppointmentStore;
  let http: HttpTestingController;

  beforeEach(() => {
    TestBed.configureTestingModule({
      providers: [
        provideZonelessChangeDetection(),
        provideHttpClient(),
        provideHttpClientTesting(),
      ],
    });
    store = TestBed.inject(AppointmentStore);
    http = TestBed.inject(HttpTestingController);
  });

  afterEach(() => http.verify());

  it('loads the appointments of a day', () => {
    store.load('2025-05-12');
    expect(store.loading()).toBeTrue();
    http.expectOne('/api/appointments?day=2025-05-12').flush([minka]);
    expect(store.all()).toEqual([minka]);
    expect(store.loading()).toBeFalse();
  });

  it('gives up the request of the day before', () => {
    store.load('2025-05-12');
    const first = http.expectOne('/api/appointments?day=2025-05-12');
    store.load('2025-05-13');
    expect(first.cancelled).toBeTrue();
    http.expectOne('/api/appointments?day=2025-05-13').flush([]);
    expect(store.day()).toBe('2025-05-13');
  });

  it('clears the list when loading fails', () => {
    store.load('2025-05-12');
    http
      .expectOne('/api/appointments?day=2025-05-12')
      .flush('down', { status: 503, statusText: 'Service Unavailable' });
    expect(store.all()).toEqual([]);
    expect(store.error()).toContain('could not be loaded');
  });

  it('replaces an appointment whose status changed', () => {
    store.load('2025-05-12');
    http.expectOne('/api/appointments?day=2025-05-12').flush([minka]);
    store.markAs(7, 'arrived').subscribe();
    const request = http.expectOne({ method: 'PATCH', url: '/api/appointments/7' });
    expect(request.request.body).toEqual({ status: 'arrived' });
    request.flush({ ...minka, status: 'arrived' });
    expect(store.waiting()).toBe(1);
  });
});
