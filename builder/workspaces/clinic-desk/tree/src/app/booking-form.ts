import {
  ChangeDetectionStrategy,
  Component,
  EventEmitter,
  Input,
  Output,
  inject,
  signal,
} from '@angular/core';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators } from '@angular/forms';

import { Appointment, Species, freeSlots } from './appointment';
import { AppointmentStore } from './appointment-store';

@Component({
  selector: 'app-booking-form',
  imports: [ReactiveFormsModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <form [formGroup]="form" (ngSubmit)="submit()">
      <h2>Book on {{ day }}</h2>
      <label>Patient <input formControlName="patient" /></label>
      <label>Owner <input formControlName="owner" /></label>
      <label>Phone <input formControlName="phone" type="tel" /></label>
      <label>
        Species
        <select formControlName="species">
          @for (name of species; track name) {
            <option [value]="name">{{ name }}</option>
          }
        </select>
      </label>
      <label>
        Vet
        <select formControlName="vet">
          @for (name of vets; track name) {
            <option [value]="name">{{ name }}</option>
          }
        </select>
      </label>
      <label>Minutes <input formControlName="minutes" type="number" step="15" min="15" /></label>
      <label>
        Time
        <select formControlName="slot">
          @for (minute of slots(); track minute) {
            <option [ngValue]="minute">{{ label(minute) }}</option>
          }
        </select>
      </label>
      <label>Note <textarea formControlName="note" rows="2"></textarea></label>
      <button type="submit" [disabled]="form.invalid">Book</button>
      @if (failed()) {
        <p role="alert">The appointment could not be booked.</p>
      }
    </form>
  `,
})
export class BookingForm {
  @Input({ required: true }) day!: string;
  @Input() vets: readonly string[] = [];
  @Output() readonly booked = new EventEmitter<Appointment>();

  private readonly store = inject(AppointmentStore);
  private readonly fb = inject(NonNullableFormBuilder);

  protected readonly species: readonly Species[] = ['cat', 'dog', 'rabbit', 'bird', 'other'];
  protected readonly failed = signal(false);

  protected readonly form = this.fb.group({
    patient: ['', Validators.required],
    owner: ['', Validators.required],
    phone: ['', [Validators.required, Validators.pattern(/^[0-9+][0-9 /-]{5,}$/)]],
    species: this.fb.control<Species>('cat'),
    vet: ['', Validators.required],
    minutes: [30, [Validators.required, Validators.min(15), Validators.max(120)]],
    slot: this.fb.control<number | null>(null, Validators.required),
    note: ['', Validators.maxLength(500)],
  });

  protected slots(): number[] {
    const { vet, minutes } = this.form.getRawValue();
    return vet ? freeSlots(this.store.all(), vet, this.day, minutes) : [];
  }

  protected label(minute: number): string {
    const hh = String(Math.floor(minute / 60)).padStart(2, '0');
    const mm = String(minute % 60).padStart(2, '0');
    return `${hh}:${mm}`;
  }

  protected submit(): void {
    const { slot, ...details } = this.form.getRawValue();
    if (this.form.invalid || slot === null) {
      this.form.markAllAsTouched();
      return;
    }
    const start = `${this.day}T${this.label(slot)}`;
    this.store.book({ ...details, start }).subscribe({
      next: (created) => {
        this.failed.set(false);
        this.form.reset();
        this.booked.emit(created);
      },
      error: () => this.failed.set(true),
    });
  }
}
