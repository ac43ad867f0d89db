import { pass, wait, type Verdict } from '../../plan/verdict.ts';
import type { Counted } from './significance.ts';

/** Both sides' counts in the window, and whether blue is to be compared with. */
export interface Comparison {
  green: Counted;
  blue: Counted;
  blueServes: boolean;
  requestsMin: number;
}

/** Nothing of blue to compare with: waited for where it is to come, said where it is not. */
export const withoutBlue = (words: string, blueServes: boolean): Verdict =>
  blueServes
    ? wait(`${words}; blue served nothing in the same minutes, so there is nothing to compare it with`)
    : pass(`${words}; not compared, since blue has no share any more`);
