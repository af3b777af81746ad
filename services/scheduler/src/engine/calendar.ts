import { MAX_DEVICES, NEVER, REST_FIELDS, type OpeningChange, type OpeningTable } from './opening-table.js';

/** Devices that are taken for a time. */
export interface Reservation {
  readonly devices: number;
  readonly from: number;
  readonly until: number;
  /** The devices that a running job has, one bit each; 0 before its start. */
  readonly mask: number;
}

/**
 * What of a node's devices is taken, and when. Before its start a job has a number of devices, from its start on it
 * has certain ones: so a node is never filled up with gaps in which nothing fits.
 */
export class DeviceCalendar {
  /** A node has few at a time: a list is faster than a map, and there are as many as nodes. */
  readonly #reservations: Reservation[] = [];
  /** The moments at which use changes, ascending, and the devices in use from each on. */
  readonly #moments: number[] = [];
  readonly #used: number[] = [];
  /** When the first running job's time is over: after that the chain may know better. */
  #firstEnd = Infinity;

  add(reservation: Reservation): void {
    this.#reservations.push(reservation);
    this.#use(reservation, reservation.devices);
    if (reservation.mask !== 0) this.#firstEnd = Math.min(this.#firstEnd, reservation.until);
  }

  remove(reservation: Reservation): void {
    const index = this.#reservations.indexOf(reservation);
    if (index < 0) return;
    removeAt(this.#reservations, index);
    this.#use(reservation, -reservation.devices);
    if (reservation.until !== this.#firstEnd) return;
    this.#firstEnd = Infinity;
    for (const { mask, until } of this.#reservations) {
      if (mask !== 0 && until < this.#firstEnd) this.#firstEnd = until;
    }
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
    for (const reservation of this.#reservations) mask |= reservation.mask;
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
      let from = NEVER;
      let until = NEVER;
      let busyFrom = NEVER;
      let busyUntil = 0;
      for (let step = first - 1; step < steps; step += 1) {
        const moment = step < first ? now : (moments[step] ?? 0);
        const used = step < 0 ? 0 : (this.#used[step] ?? 0);
        if (used + devices <= total) {
          if (from === NEVER) from = Math.min(moment, NEVER);
        } else {
          if (from !== NEVER && until === NEVER) until = Math.min(moment, NEVER);
          busyFrom = Math.min(moment, NEVER);
          busyUntil = Math.min(moments[step + 1] ?? NEVER, NEVER);
        }
      }
      const place = row * MAX_DEVICES + devices - 1;
      const before = opens[place] ?? NEVER;
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
    for (const reservation of this.#reservations) {
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

// What `splice` does, without the array that it gives back; a loop is fastest for so few items.

function insertAt<T>(items: T[], index: number, item: T): void {
  let carried = item;
  for (let place = index; place < items.length; place += 1) {
    const displaced = items[place] ?? carried;
    items[place] = carried;
    carried = displaced;
  }
  items.push(carried);
}

function removeAt(items: unknown[], index: number): void {
  let carried = items.pop();
  for (let place = items.length - 1; place >= index && carried !== undefined; place -= 1) {
    const displaced = items[place];
    items[place] = carried;
    carried = displaced;
  }
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
