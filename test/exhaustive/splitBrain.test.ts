import { vi } from 'vitest';
import { splitBrainTests } from '../unit/splitBrain/property.ts';

vi.setConfig({ testTimeout: 900_000 });

splitBrainTests({ seed: 13, calls: 4_000, stops: 1_500 });
