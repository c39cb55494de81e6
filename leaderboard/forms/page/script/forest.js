'use strict';

const MOST_TICKS = 5;
const STRIP_HEIGHT = 26;

/**
 * Changes as points on a line with their intervals, a row each: `{label, note, change}`; a row without a change is a
 * heading.
 */
function forest(rows, label) {
  const scale = scaleOf(rows.filter((row) => row.change).map((row) => row.change));
  const columns = [label, '', 'change', ...(data.confidence === null ? [] : ['q'])];
  const headings = columns.map((title) => make('th', { scope: 'col' }, title));
  headings[1].append(axis(scale));
  headings[1].setAttribute('aria-hidden', 'true');
  const table = make(
    'table',
    { class: 'forest', 'aria-label': label },
    make('thead', {}, make('tr', {}, ...headings)),
    make('tbody', {}, ...rows.map((row) => (row.change ? forestRow(row, scale) : headingRow(row, columns.length)))),
  );
  return [forestLegend(), make('div', { class: 'scroll' }, table)];
}

function headingRow(row, width) {
  return make('tr', {}, make('th', { scope: 'rowgroup', colspan: width, class: 'rows-heading' }, row.label));
}

function forestRow({ label, note, change }, scale) {
  const name = make('th', { scope: 'row' }, label, ...(note ? [' ', make('small', {}, note)] : []));
  const notes = change.notes ? [noteLinks(change.notes)] : [];
  const covers = change.covers ? [' ', make('small', { class: 'coverage' }, change.covers)] : [];
  const cells = [
    name,
    make('td', { class: 'strip-cell', 'aria-hidden': 'true' }, strip(change, scale)),
    make('td', { class: 'number' }, change.text, ...covers, ...notes),
  ];
  if (data.confidence !== null) {
    cells.push(make('td', { class: 'number' }, 'q' in change ? probability(change.q) : ''));
  }
  return make('tr', {}, ...cells);
}

function probability(q) {
  return q < 0.001 ? '< 0.001' : q.toFixed(3);
}

function forestLegend() {
  if (data.confidence === null) {
    return make('p', { class: 'key' }, 'Points; without statistics, so without intervals.');
  }
  return make(
    'p',
    { class: 'key' },
    make('span', {}, sample(true), 'beyond chance, q at most 0.05'),
    make('span', {}, sample(false), 'may be chance'),
    make('span', {}, `bars: ${(100 * data.confidence).toPrecision(2)} % intervals, in points`),
  );
}

function sample(found) {
  const attributes = { class: 'sample gain', width: '34', height: '14', 'aria-hidden': 'true' };
  return draw('svg', attributes, ...mark(17, 3, 31, 7, found));
}

/** The interval and the point of one change, at places that are numbers or shares of the width. */
function mark(point, low, high, middle, found) {
  return [
    draw('line', { class: 'interval', x1: low, x2: high, y1: middle, y2: middle }),
    draw('circle', { class: found === false ? 'point hollow' : 'point', cx: point, cy: middle, r: 4.5 }),
  ];
}

function strip(change, scale) {
  const { low = change.difference, high = change.difference } = change;
  const ends = [change.difference, low, high].map((value) => scale.place(value));
  return draw(
    'svg',
    { class: `strip ${sideOf(change)}`, width: '100%', height: STRIP_HEIGHT },
    ...scale.ticks.map((tick) => gridLine(scale.place(tick), tick)),
    ...mark(...ends, STRIP_HEIGHT / 2, change.found),
  );
}

function gridLine(x, tick) {
  return draw('line', { class: tick === 0 ? 'zero' : 'grid', x1: x, x2: x, y1: 0, y2: STRIP_HEIGHT });
}

function axis(scale) {
  const labels = scale.ticks.map((tick) => draw('text', { x: scale.place(tick), y: 11 }, tickText(tick)));
  return draw('svg', { class: 'axis', width: '100%', height: 16 }, ...labels);
}

function tickText(tick) {
  return tick === 0 ? '0' : (tick > 0 ? '+' : MINUS) + Math.abs(tick);
}

/** Where points lie: shares of the width, zero and some round numbers among them. */
function scaleOf(changes) {
  const ends = changes.flatMap(({ difference, low = difference, high = difference }) => [low, high, 0]);
  const [least, most] = [Math.min(...ends, -0.5), Math.max(...ends, 0.5)];
  const step = roundStep((most - least) / MOST_TICKS);
  const margin = 0.04 * (most - least);
  const [from, to] = [least - margin, most + margin];
  const ticks = [];
  for (let index = Math.ceil(from / step); index * step <= to; index += 1) {
    ticks.push(Number((index * step).toPrecision(6)));
  }
  return { ticks, place: (value) => `${((100 * (value - from)) / (to - from)).toFixed(2)}%` };
}

/** The smallest of 1, 2 and 5 times a power of ten that is not below. */
function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least);
}

/** Every contender, by what it gained in one measure, the largest first. */
function contenderRows(measure) {
  return data.contenders
    .filter((contender) => contender.gains[measure])
    .map((contender) => ({ label: isolatedName(contender.name), note: seeds(contender), change: contender.gains[measure] }))
    .sort((one, other) => other.change.difference - one.change.difference);
}

function seeds(contender) {
  return contender.systems.length > 1 ? `${contender.systems.length} seeds` : '';
}

/** What one contender gained by measures of these kinds, each kind under a heading. */
function measureRows(contender, kinds) {
  const rows = [];
  let kind = '';
  for (const measure of data.measures) {
    if (!contender.gains[measure.key] || !kinds.includes(measure.kind)) {
      continue;
    }
    if (measure.kind !== kind) {
      kind = measure.kind;
      rows.push({ label: kind });
    }
    rows.push({ label: measure.title, change: contender.gains[measure.key] });
  }
  return rows;
}

/** The languages of one contender, from the largest gain to the largest loss. */
function languageRows(contender) {
  return contender.languages.map(({ language, tasks, gain }) => ({
    label: isolated(data.languages[language].name),
    note: gain.covers ? '' : tasks === 1 ? '1 task' : `${tasks} tasks`,
    change: gain,
  }));
}
