import type { BlueService } from '../../../estate/model.ts';
import type { CapacityRow } from '../../report.ts';

/** A service that moves, with what its green takes. */
export interface Moving {
  blue: BlueService;
  tasks: number;
  vcpu: { blue: number; green: number };
  greenMebibytes: number;
  onFargate: boolean;
}

/** A need and what there is for it, before it is judged. */
export type Row = Omit<CapacityRow, 'verdict'>;

export const total = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  Math.round(items.reduce((sum, item) => sum + of(item), 0) * 1000) / 1000;
