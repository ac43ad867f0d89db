/** No request is given up earlier than this in real time: at 30 times AWS's pace a hiccup of the machine is not AWS's. */
const REAL_FLOOR_MS = 8_000;

/** The real time of a timeout in lab time; 0, none, stays 0. */
export function realTimeoutMs(labMs: number, factor: number): number {
  return labMs === 0 ? 0 : Math.max(REAL_FLOOR_MS, labMs / factor);
}
