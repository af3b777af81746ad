import { MAX_DEVICES, REST_FIELDS, type OpeningChange, type OpeningTable } from './opening-table.js';

/** Devices that are taken for a time. */
export interface Reservation {
  readonly devices: number;
  readonly from: number;
  readonly until: number;
  /** The devices that a running job has, one bit each; 0 before its start. */
  readonly mask: number;
}

/** A reservation and the job that it is for. */
interface Kept {
  readonly id: string;
  readonly reservation: Reservation;
}

/**
 * What of a node's devices is taken, and when. Before its start a job has a number of devices, from its start on it
 * has certain ones: so a node is never filled up with gaps in which nothing fits.
 */
export class DeviceCalendar {
  /** A node has few at a time: a list is faster than a map, and there are as many as nodes. */
  readonly #reservations: Kept[] = [];
  /** The moments at which use changes, ascending, and the devices in use from each on. */
  readonly #moments: number[] = [];
  readonly #used: number[] = [];
  /** When the first running job's time is over: after that the chain may know better. */
  #firstEnd = Infinity;

  get(id: string): Reservation | undefined {
    return this.#reservations.find((kept) => kept.id === id)?.reservation;
  }

  set(id: string, reservation: Reservation): void {
    this.delete(id);
    this.#reservations.push({ id, reservation });
    this.#use(reservation, reservation.devices);
    if (reservation.mask !== 0) this.#firstEnd = Math.min(this.#firstEnd, reservation.until);
  }

  delete(id: string): void {
    const index = this.#reservations.findIndex((kept) => kept.id === id);
    const reservation = this.#reservations[index]?.reservation;
    if (reservation === undefined) return;
    removeAt(this.#reservations, index);
    this.#use(reservation, -reservation.devices);
    if (reservation.until !== this.#firstEnd) return;
    this.#firstEnd = Infinity;
    for (const {
      reservation: { mask, until },
    } of this.#reservations) {
      if (mask !== 0 && until < this.#firstEnd) this.#firstEnd = until;
    }
  }

  ids(): string[] {
    return this.#reservations.map(({ id }) => id);
  }

  /** Whether `devices` of `total` are free all the time from `from`, which is not before `now`, to `until`. */
  hasFree(devices: number, total: number, from: number, until: number, now: number): boolean {
    return this.mostUsed(from, until, now) + devices <= total;
  }

  /** The most devices that are taken at any moment from `from`, which is not before `now`, to `until`. */
  mostUsed(from: number, until: number, now: number): number {
    let most = 0;
    for (let step = this.#moments.length - 1; step >= 0; step -= 1) {
      const moment = this.#moments[step] ?? 0;
      const used = this.#used[step] ?? 0;
      if (moment < until && used > most) most = used;
      if (moment > from) continue;
      // A running job keeps its devices until the chain says that it stopped, also after its time.
      if (from <= now && this.#firstEnd <= now) return Math.max(most, used + this.#overdue(now));
      return most;
    }
    return most;
  }

  /** The devices that running jobs have, one bit each. */
  running(): number {
    let mask = 0;
    for (const { reservation } of this.#reservations) mask |= reservation.mask;
    return mask;
  }

  /**
   * Writes the openings for 1 to `total` devices, as planned at `now`, into a row of the table. Says for which numbers
   * of devices, a bit each, something is free earlier or later than the table said before.
   */
  writeOpenings({ opens, rest }: OpeningTable, row: number, total: number, now: number): OpeningChange {
    let earlier = 0;
    let later = 0;
    const moments = this.#moments;
    const steps = moments.length;
    let first = 0;
    while (first < steps && (moments[first] ?? 0) <= now) first += 1;
    for (let devices = 1; devices <= total; devices += 1) {
      let from = Infinity;
      let until = Infinity;
      let busyFrom = Infinity;
      let busyUntil = -Infinity;
      for (let step = first - 1; step < steps; step += 1) {
        const moment = step < first ? now : (moments[step] ?? 0);
        const used = step < 0 ? 0 : (this.#used[step] ?? 0);
        if (used + devices <= total) {
          if (from === Infinity) from = moment;
        } else {
          if (from !== Infinity && until === Infinity) until = moment;
          busyFrom = moment;
          busyUntil = moments[step + 1] ?? Infinity;
        }
      }
      const place = row * MAX_DEVICES + devices - 1;
      const before = opens[place] ?? Infinity;
      if (from < before) earlier |= 1 << (devices - 1);
      else if (from > before) later |= 1 << (devices - 1);
      opens[place] = from;
      rest[place * REST_FIELDS] = until;
      rest[place * REST_FIELDS + 1] = busyFrom;
      rest[place * REST_FIELDS + 2] = busyUntil;
    }
    return { earlier, later };
  }

  /** The devices of running jobs whose time is over. */
  #overdue(now: number): number {
    let devices = 0;
    for (const { reservation } of this.#reservations) {
      if (reservation.mask !== 0 && reservation.until <= now) devices += reservation.devices;
    }
    return devices;
  }

  #use({ from, until }: Reservation, devices: number): void {
    if (until <= from) return;
    const first = this.#split(from);
    const last = this.#split(until);
    for (let step = first; step < last; step += 1) this.#used[step] = (this.#used[step] ?? 0) + devices;
    this.#join(last);
    this.#join(first);
  }

  /** The step that begins at a moment. */
  #split(moment: number): number {
    let step = this.#moments.length;
    while (step > 0 && (this.#moments[step - 1] ?? 0) >= moment) step -= 1;
    if (this.#moments[step] === moment) return step;
    insertAt(this.#moments, step, moment);
    insertAt(this.#used, step, this.#used[step - 1] ?? 0);
    return step;
  }

  /** Drops a step that no longer differs from the one before it. */
  #join(step: number): void {
    if (this.#used[step] !== (this.#used[step - 1] ?? 0)) return;
    removeAt(this.#moments, step);
    removeAt(this.#used, step);
  }
}

// What `splice` does, without the array that it gives back.

function insertAt<T>(items: T[], index: number, item: T): void {
  items.push(item);
  items.copyWithin(index + 1, index, items.length - 1);
  items[index] = item;
}

function removeAt(items: unknown[], index: number): void {
  items.copyWithin(index, index + 1);
  items.pop();
}

/** The lowest `count` devices of `total` that are not in `taken`; `null` where there are fewer. */
export function pickDevices(taken: number, count: number, total: number): number | null {
  let mask = 0;
  let left = count;
  for (let device = 0; device < total && left > 0; device += 1) {
    const bit = 1 << device;
    if ((taken & bit) !== 0) continue;
    mask |= bit;
    left -= 1;
  }
  return left === 0 ? mask : null;
}
