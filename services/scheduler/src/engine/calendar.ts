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
  readonly #reservations = new Map<string, Reservation>();
  /** The moments at which use changes, ascending, and the devices in use from each on: the answer in most cases. */
  #moments: number[] = [];
  #used: number[] = [];
  /** When the first running job's time is over: after that the chain may know better. */
  #firstEnd = Infinity;

  get(id: string): Reservation | undefined {
    return this.#reservations.get(id);
  }

  set(id: string, reservation: Reservation): void {
    this.#reservations.set(id, reservation);
    this.#draw();
  }

  delete(id: string): void {
    this.#reservations.delete(id);
    this.#draw();
  }

  /** Whether `devices` of `total` are free all the time from `from` to `until`, as known at `now`. */
  hasFree(devices: number, total: number, from: number, until: number, now: number): boolean {
    if (this.#firstEnd <= now) return this.busiest(from, until, now) + devices <= total;
    for (let index = this.#moments.length - 1; index >= 0; index -= 1) {
      const moment = this.#moments[index] ?? 0;
      if (moment < until && (this.#used[index] ?? 0) + devices > total) return false;
      if (moment <= from) break;
    }
    return devices <= total;
  }

  #draw(): void {
    const all = [...this.#reservations.values()];
    const moments = new Set(all.flatMap(({ from, until }) => [from, until]));
    this.#moments = [...moments].sort((a, b) => a - b);
    this.#used = this.#moments.map((moment) => usedAt(all, moment));
    const ends = all.filter(({ mask }) => mask !== 0).map(({ until }) => until);
    this.#firstEnd = Math.min(Infinity, ...ends);
  }

  ids(): IterableIterator<string> {
    return this.#reservations.keys();
  }

  /** The most devices that are taken at any moment from `from` to `until`, as known at `now`. */
  busiest(from: number, until: number, now: number): number {
    const met: Reservation[] = [];
    for (const reservation of this.#reservations.values()) {
      if (reservation.from < until && endOf(reservation, now) > from) met.push(reservation);
    }
    let most = 0;
    for (const { from: begins } of met) {
      // Use rises only where a reservation begins.
      const moment = Math.max(begins, from);
      let used = 0;
      for (const other of met) {
        if (other.from <= moment && endOf(other, now) > moment) used += other.devices;
      }
      most = Math.max(most, used);
    }
    return most;
  }

  /**
   * By a number of devices, 0 to `total`: before when so many are never free at a time, `now` for those that are free
   * now. That they are free from then on does not follow: a job may run on after its time, others may be booked.
   */
  freeFrom(total: number, now: number): number[] {
    const moments = new Array<number>(total + 1).fill(Infinity);
    const all = [...this.#reservations.values()];
    // Devices become free only where a reservation ends.
    const ends = all.map(({ until }) => until).filter((until) => until > now);
    let most = -1;
    for (const moment of [now, ...ends.sort((a, b) => a - b)]) {
      const free = total - usedAt(all, moment);
      for (; most < free; most += 1) moments[most + 1] = moment;
    }
    return moments;
  }

  /** The devices that running jobs have, one bit each. */
  running(): number {
    let mask = 0;
    for (const reservation of this.#reservations.values()) mask |= reservation.mask;
    return mask;
  }
}

function usedAt(reservations: readonly Reservation[], moment: number): number {
  let used = 0;
  for (const { devices, from, until } of reservations) {
    if (from <= moment && until > moment) used += devices;
  }
  return used;
}

/** A running job keeps its devices until the chain says that it stopped, also after its time. */
function endOf({ mask, until }: Reservation, now: number): number {
  return mask === 0 ? until : Math.max(until, now + 1);
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
