import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';

import { Appointment, Status, endMinute, isLate, shiftDay } from './appointment';
import { AppointmentStore } from './appointment-store';
import { BookingForm } from './booking-form';

@Component({
  selector: 'app-desk',
  imports: [BookingForm],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <header>
      <button type="button" aria-label="Previous day" (click)="go(-1)">&lsaquo;</button>
      <h1>{{ store.day() }}</h1>
      <button type="button" aria-label="Next day" (click)="go(1)">&rsaquo;</button>
      <select #choice aria-label="Vet" (change)="vet.set(choice.value)">
        <option value="">All vets</option>
        @for (name of store.vets(); track name) {
          <option [value]="name">{{ name }}</option>
        }
      </select>
      <p>{{ rows().length }} appointments, {{ store.waiting() }} waiting</p>
    </header>

    @if (store.holiday(); as name) {
      <p class="notice">Public holiday: {{ name }}</p>
    }
    @if (store.error(); as message) {
      <p role="alert">{{ message }}</p>
    }

    <ol [class.loading]="store.loading()">
      @for (appointment of rows(); track $index) {
        <li [class]="appointment.status" [class.late]="late(appointment)">
          <time>{{ appointment.start.slice(11) }}&ndash;{{ until(appointment) }}</time>
          <strong>{{ appointment.patient }}</strong> ({{ appointment.species }}),
          {{ appointment.owner }}, {{ appointment.vet }}
          <small>{{ appointment.note }}</small>
          @if (appointment.status === 'booked') {
            <button type="button" (click)="mark(appointment, 'arrived')">Arrived</button>
            <button type="button" (click)="mark(appointment, 'missed')">Missed</button>
          } @else if (appointment.status === 'arrived') {
            <button type="button" (click)="mark(appointment, 'done')">Done</button>
          }
        </li>
      } @empty {
        <li>Nothing booked.</li>
      }
    </ol>

    <app-booking-form [day]="store.day()" [vets]="store.vets()" (booked)="vet.set('')" />
  `,
  styles: `
    .loading {
      opacity: 0.5;
    }
    .late time {
      color: crimson;
    }
    .missed,
    .cancelled {
      text-decoration: line-through;
    }
  `,
})
export class Desk {
  protected readonly store = inject(AppointmentStore);
  protected readonly vet = signal('');

  constructor() {
    const now = new Date();
    const month = String(now.getMonth() + 1).padStart(2, '0');
    const date = String(now.getDate()).padStart(2, '0');
    this.store.load(`${now.getFullYear()}-${month}-${date}`);
    this.store.loadHolidays(now.getFullYear());
  }

  protected rows(): Appointment[] {
    const vet = this.vet();
    return this.store
      .all()
      .filter((appointment) => !vet || appointment.vet === vet)
      .sort((a, b) => a.start.localeCompare(b.start));
  }

  protected until(appointment: Appointment): string {
    const end = endMinute(appointment);
    const hh = String(Math.floor(end / 60)).padStart(2, '0');
    const mm = String(end % 60).padStart(2, '0');
    return `${hh}:${mm}`;
  }

  protected late(appointment: Appointment): boolean {
    const now = new Date();
    console.log('late?', appointment.patient, appointment.start);
    return isLate(appointment, now.getHours() * 60 + now.getMinutes());
  }

  protected go(by: number): void {
    this.store.load(shiftDay(this.store.day(), by));
  }

  protected mark(appointment: Appointment, status: Status): void {
    this.store.markAs(appointment.id, status).subscribe({
      error: () => this.store.error.set(`${appointment.patient} could not be updated.`),
    });
  }
}
