import { HttpClient } from '@angular/common/http';
import { Injectable, computed, inject, signal } from '@angular/core';
import { Observable, tap } from 'rxjs';

import { Appointment, Status } from './appointment';

@Injectable({ providedIn: 'root' })
export class AppointmentStore {
  private readonly http = inject(HttpClient);
  private readonly appointments = signal<readonly Appointment[]>([]);

  readonly all = this.appointments.asReadonly();
  readonly day = signal('');
  readonly loading = signal(false);
  readonly error = signal<string | null>(null);

  readonly vets = computed(() => [...new Set(this.all().map(({ vet }) => vet))].sort());
  readonly waiting = computed(() => this.all().filter(({ status }) => status === 'arrived').length);

  load(day: string): void {
    this.day.set(day);
    this.loading.set(true);
    this.error.set(null);
    this.http
      .get<Appointment[]>('/api/appointments', { params: { day } })
      .subscribe({
        next: (appointments) => {
          this.appointments.set(appointments);
          this.loading.set(false);
        },
        error: () => {
          this.appointments.set([]);
          this.error.set('The appointments could not be loaded.');
          this.loading.set(false);
        },
      });
  }

  markAs(id: number, status: Status): Observable<Appointment> {
    return this.http
      .patch<Appointment>(`/api/appointments/${id}`, { status })
      .pipe(
        tap((changed) =>
          this.appointments.update((list) =>
            list.map((appointment) => (appointment.id === id ? changed : appointment)),
          ),
        ),
      );
  }
}
