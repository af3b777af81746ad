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

  get(id: string): Reservation | undefined {
    return this.#reservations.get(id);
  }

  set(id: string, reservation: Reservation): void {
    this.#reservations.set(id, reservation);
  }

  delete(id: string): boolean {
    return this.#reservations.delete(id);
  }

  ids(): IterableIterator<string> {
    return this.#reservations.keys();
  }

  /** The most devices that are taken at any moment from `from` to `until`, as known at `now`; `except` left out. */
  busiest(from: number, until: number, now: number, except?: string): number {
    const met: Reservation[] = [];
    for (const [id, reservation] of this.#reservations) {
      if (id === except) continue;
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
      let free = total;
      for (const { devices, from, until } of all) if (from <= moment && until > moment) free -= devices;
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
