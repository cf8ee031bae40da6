export type Species = 'cat' | 'dog' | 'rabbit' | 'bird' | 'other';
export type Status = 'booked' | 'arrived' | 'done' | 'missed' | 'cancelled';

export interface Appointment {
  readonly id: number;
  readonly patient: string;
  readonly owner: string;
  readonly phone: string;
  readonly species: Species;
  readonly vet: string;
  /** Clinic time without an offset, for example 2025-05-12T09:15. */
  readonly start: string;
  readonly minutes: number;
  readonly status: Status;
  readonly note: string;
}

type TimeSpan = Pick<Appointment, 'start' | 'minutes'>;

export function startMinute(span: TimeSpan): number {
  const [hours, minutes] = span.start.slice(11, 16).split(':').map(Number);
  return hours * 60 + minutes;
}

export function endMinute(span: TimeSpan): number {
  return startMinute(span) + span.minutes;
}

/** The ISO day that lies a number of days after another one. */
export function shiftDay(day: string, by: number): string {
  const date = new Date(day);
  date.setDate(date.getDate() + by);
  return date.toISOString().slice(0, 10);
}
