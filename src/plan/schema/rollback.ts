import { z } from 'zod';
import { section, wholePercent } from './building.ts';
import { longDuration } from './durations.ts';

/** What a plan that says nothing of it wants of the way back. */
export const DEFAULT_VIABILITY = { min: 100, below: 'hold' } as const;

export const DEFAULT_ROLLBACK_STRATEGY = 'immediate';

export const rollback = section({
  keepGreen: longDuration.default(0).describe('How long green is kept after a rollback. Default 0s.'),
  strategy: z
    .enum(['immediate', 'gradual'])
    .default(DEFAULT_ROLLBACK_STRATEGY)
    .describe('How a way back goes that a person asks for: in one call, or down in steps. Default immediate.'),
  viability: section({
    min: wholePercent(1)
      .default(DEFAULT_VIABILITY.min)
      .describe('How much of all traffic blue must be able to carry, percent, 1 to 100. Default 100.'),
    below: z
      .enum(['hold', 'rollBackNow', 'goForward'])
      .optional()
      .describe(
        'What is done below that: forward steps wait, everything goes back while it can, or the plan goes on. Default hold, in a rescue goForward.',
      ),
  }).prefault({}),
}).prefault({});
