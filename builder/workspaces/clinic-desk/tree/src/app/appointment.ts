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

export type NewAppointment = Omit<Appointment, 'id' | 'status'>;

type TimeSpan = Pick<Appointment, 'start' | 'minutes'>;

/** Opening hours and the grid of the booking form, in minutes since midnight. */
export const OPENS = 8 * 60;
export const CLOSES = 18 * 60;
export const SLOT = 15;

export function startMinute(span: TimeSpan): number {
  const [hours, minutes] = span.start.slice(11, 16).split(':').map(Number);
  return hours * 60 + minutes;
}

export function endMinute(span: TimeSpan): number {
  return startMinute(span) + span.minutes;
}

/** Whether two appointments of the same day share any time. */
export function overlaps(a: TimeSpan, b: TimeSpan): boolean {
  return startMinute(a) <= endMinute(b) && startMinute(b) <= endMinute(a);
}

/** The starting minutes at which a vet has room for an appointment of that length. */
export function freeSlots(
  appointments: readonly Appointment[],
  vet: string,
  day: string,
  minutes: number,
): number[] {
  const taken = appointments.filter((appointment) => appointment.vet === vet);
  const slots: number[] = [];
  for (let minute = OPENS; minute + minutes <= CLOSES; minute += SLOT) {
    const hh = String(Math.floor(minute / 60)).padStart(2, '0');
    const mm = String(minute % 60).padStart(2, '0');
    const candidate = { start: `${day}T${hh}:${mm}`, minutes };
    if (!taken.some((appointment) => overlaps(appointment, candidate))) {
      slots.push(minute);
    }
  }
  return slots;
}

/** The ISO day that lies a number of days after another one. */
export function shiftDay(day: string, by: number): string {
  const date = new Date(day);
  date.setDate(date.getDate() + by);
  return date.toISOString().slice(0, 10);
}
