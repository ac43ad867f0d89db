/** What CloudWatch has against a part of a dashboard's body. */
export interface BodyFault {
  dataPath: string;
  message: string;
}

type Json = Readonly<Record<string, unknown>>;

/** What AWS's schema of the body says of a number: whole, and between the two. */
const PLACES = { x: [0, 23], y: [0, Number.MAX_SAFE_INTEGER], width: [1, 24], height: [1, 1000] } as const;

/** By type of widget: what its properties must have. Those of an `explorer` and of a `custom` one are not looked at. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  text: ['markdown'],
  log: ['query', 'region'],
  alarm: ['alarms'],
  metric: [],
  explorer: [],
  custom: [],
};

/** Row W13: everything that is wrong with a body, by where it stands. Metrics and alarms need not exist. */
export function bodyFaults(body: Json): BodyFault[] {
  const { widgets } = body;
  if (widgets === undefined) return [{ dataPath: '', message: "Should have required property 'widgets'" }];
  if (!Array.isArray(widgets)) return [{ dataPath: '/widgets', message: 'Should be array' }];
  return widgets.flatMap((widget: unknown, index) => widgetFaults(widget, `/widgets/${index}`));
}

function widgetFaults(widget: unknown, path: string): BodyFault[] {
  if (!isObject(widget)) return [{ dataPath: path, message: 'Should be object' }];
  const faults = [...lacking(widget, ['type', 'properties'], path), ...placeFaults(widget, path)];
  const { type, properties } = widget;
  if (type === undefined || properties === undefined) return faults;
  const required = typeof type === 'string' ? REQUIRED[type] : undefined;
  if (required === undefined) {
    return [...faults, { dataPath: `${path}/type`, message: 'Should be equal to one of the allowed values' }];
  }
  const inside = `${path}/properties`;
  if (!isObject(properties)) return [...faults, { dataPath: inside, message: 'Should be object' }];
  faults.push(...lacking(properties, required, inside));
  if (type === 'metric') faults.push(...metricFaults(properties, inside));
  const { alarms } = properties;
  if (type === 'alarm' && Array.isArray(alarms) && alarms.length === 0) {
    faults.push({ dataPath: `${inside}/alarms`, message: 'Should NOT have less than 1 items' });
  }
  return faults;
}

function placeFaults(widget: Json, path: string): BodyFault[] {
  return Object.entries(PLACES).flatMap(([name, [least, most]]) => {
    const value = widget[name];
    const dataPath = `${path}/${name}`;
    if (value === undefined) return [];
    if (!Number.isInteger(value)) return [{ dataPath, message: 'Should be integer' }];
    if (Number(value) < least) return [{ dataPath, message: `Should be >= ${least}` }];
    return Number(value) > most ? [{ dataPath, message: `Should be <= ${most}` }] : [];
  });
}

function metricFaults(properties: Json, path: string): BodyFault[] {
  const { metrics, region, annotations } = properties;
  if (metrics === undefined || region === undefined) {
    if (metrics === undefined && annotations !== undefined) return [];
    const dataSource = 'The metric widget should have specified a region and a data source or an alarm annotation';
    return [
      ...lacking(properties, metrics === undefined ? ['metrics'] : ['region'], path),
      { dataPath: path, message: dataSource },
      ...lacking(properties, ['annotations'], path),
    ];
  }
  if (!Array.isArray(metrics)) return [{ dataPath: `${path}/metrics`, message: 'Should be array' }];
  return metrics.flatMap((row: unknown, index) => rowFaults(row, `${path}/metrics/${index}`));
}

/** `[namespace, name, dimension, value, …, { rendering }]`, or an expression's rendering alone. */
function rowFaults(row: unknown, path: string): BodyFault[] {
  if (!Array.isArray(row)) {
    const shape =
      'Field "metrics" has to be an array of array of strings, with an optional metricRenderer object as last element';
    return [
      { dataPath: path, message: 'Should be array' },
      { dataPath: path, message: shape },
    ];
  }
  const last: unknown = row.at(-1);
  const strings: unknown[] = isObject(last) ? row.slice(0, -1) : row;
  return strings.flatMap((one, index) =>
    typeof one === 'string'
      ? []
      : [{ dataPath: `${path}/${index}`, message: 'Invalid metric field type, only "String" type is allowed' }],
  );
}

const lacking = (holder: Json, required: readonly string[], dataPath: string): BodyFault[] =>
  required
    .filter((name) => holder[name] === undefined)
    .map((name) => ({ dataPath, message: `Should have required property '${name}'` }));

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
