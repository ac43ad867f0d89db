import { reportOn } from '../src/assess/report/reportOn.ts';
import { readEstate } from '../src/estate/fromExport.ts';
import { largeEstate } from '../test/fixtures/largeEstate.ts';

const RUNS = 5;

/** Milliseconds from an export's text to the report on it, the best of five: 500 virtual nodes, 2,000 routes, 60 entries. */
export function measureAssessMs(): number {
  const text = JSON.stringify(largeEstate({ virtualNodes: 500, routes: 2_000, entries: 60 }));
  const runs = Array.from({ length: RUNS }, () => {
    const startedAt = performance.now();
    reportOn(readEstate(JSON.parse(text) as ReturnType<typeof largeEstate>, 'large', 'large'));
    return performance.now() - startedAt;
  });
  return Math.min(...runs);
}
