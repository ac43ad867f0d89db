/** What a gate that only a healthy blue could pass ends its sentence with, in a plan that does not ask that of blue. */
export const WAIVED = 'waived by strategy: rescue';

/** A gate that is passed over, and what it would have said. */
export interface Waiver {
  gate: string;
  why: string;
}

/** `alarm/shop-5xx: …; capacity/blue: …` */
export const waiverWords = (waivers: readonly Waiver[]): string =>
  waivers.map(({ gate, why }) => `${gate}: ${why}`).join('; ');
