'use strict';

const SCORE_STEP = 10;
const CHANGE_STEPS = [0.5, 1, 2, 5, 10, 20];
const STRONGEST = 4;
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Scores, or changes, of one system: a row a language, a column a task; `onChoose` is told which cell was chosen. */
function heatMap(system, quantity, onChoose) {
  const cells = data.cells.filter((cell) => cell.system === system);
  const tasks = data.tasks.map((_, task) => task).filter((task) => cells.some((cell) => cell.task === task));
  const languages = data.languages.map((_, code) => code).filter((code) => cells.some((cell) => cell.language === code));
  const colours = quantity === 'change' ? changeColours(cells) : scoreColours();
  const corner = make('td');
  const label = quantity === 'change' ? 'Change against the baseline' : 'Scores';
  const table = make(
    'table',
    { class: 'heat', role: 'grid', 'aria-label': `${label}, tasks by languages` },
    make('thead', {}, make('tr', {}, corner, ...tasks.map(taskHeading))),
    make('tbody', {}, ...languages.map((language) => {
      const row = tasks.map((task) => heatCell(cellAt(system, task, language), colours, onChoose));
      return make('tr', {}, languageHeading(language), ...row);
    })),
  );
  roveOver(table);
  const region = { class: 'scroll', role: 'region', 'aria-label': label };
  return [legend(colours), make('div', region, table)];
}

function taskHeading(task) {
  const { title, metrics, outside } = data.tasks[task];
  const measure = metrics.length > 1 ? `mean of ${metrics.join(', ')}` : metrics.join('');
  return make('th', { scope: 'col' }, title, make('small', {}, outside ? `${measure}, not in the suite` : measure));
}

function languageHeading(language) {
  const { code, name } = data.languages[language];
  return make('th', { scope: 'row' }, isolated(name), ' ', make('small', {}, name === code ? '' : code));
}

function heatCell(cell, colours, onChoose) {
  if (!cell || !colours.has(cell)) {
    return make('td', {});
  }
  const name = `${data.tasks[cell.task].title}, ${data.languages[cell.language].name}: ${colours.text(cell)}`;
  const found = colours.isFound(cell);
  const button = make(
    'button',
    { type: 'button', tabindex: '-1', class: found ? 'found' : false, 'aria-label': found ? `${name}, beyond chance` : name },
    colours.text(cell),
    ...(cell.notes ? [make('sup', {}, cell.notes.join(' '))] : []),
  );
  button.addEventListener('click', () => onChoose(cell));
  return make('td', { class: colours.level(cell) }, button);
}

/** Ten steps of ten points, the same for every system. */
function scoreColours() {
  const last = 100 / SCORE_STEP - 1;
  const starts = Array.from({ length: last + 1 }, (_, step) => step * SCORE_STEP);
  return {
    has: () => true,
    text: (cell) => cell.value.toFixed(1),
    isFound: () => false,
    level: ({ value }) => `score-${Math.min(last, Math.max(0, Math.floor(value / SCORE_STEP)))}`,
    legend: starts.map((start, step) => [`score-${step}`, `${start}\u2013${start + SCORE_STEP}`]),
  };
}

/** Steps on both sides of zero, wide enough that four of five changes are not at the ends. */
function changeColours(cells) {
  const sizes = cells.filter((cell) => cell.change).map((cell) => Math.abs(cell.change.difference));
  sizes.sort((one, other) => one - other);
  const large = sizes[Math.floor(0.8 * sizes.length)] || 0;
  const unit = CHANGE_STEPS.find((step) => (STRONGEST - 1) * step >= large) || CHANGE_STEPS[CHANGE_STEPS.length - 1];
  return {
    has: (cell) => 'change' in cell,
    text: (cell) => differenceText(cell.change),
    isFound: (cell) => cell.change.found,
    level: ({ change }) => changeLevel(change, unit),
    legend: changeLegend(unit),
  };
}

function changeLevel(change, unit) {
  const side = sideOf(change);
  return side === 'even' ? side : `${side}-${Math.min(STRONGEST, Math.ceil(Math.abs(change.difference) / unit))}`;
}

function changeLegend(unit) {
  const strengths = Array.from({ length: STRONGEST }, (_, index) => index + 1);
  const gains = strengths.map((strength) => [`gain-${strength}`, stepText(strength, unit, '+')]);
  const losses = strengths.map((strength) => [`loss-${strength}`, stepText(strength, unit, MINUS)]);
  return [...losses.reverse(), ['even', '0'], ...gains];
}

function stepText(strength, unit, sign) {
  if (strength === STRONGEST) {
    return `over ${sign}${(strength - 1) * unit}`;
  }
  return strength === 1 ? `0 to ${sign}${unit}` : `${sign}${(strength - 1) * unit} to ${sign}${strength * unit}`;
}

function legend(colours) {
  const items = colours.legend.map(([level, text]) => make('li', { class: level }, text));
  return make('ul', { class: 'legend', 'aria-label': 'Colours, in points' }, ...items);
}

/** One stop for the tabulator key in the whole table; arrows move from there. */
function roveOver(table) {
  const first = table.querySelector('button');
  if (first) {
    first.tabIndex = 0;
  }
  table.addEventListener('focusin', (event) => {
    if (event.target.matches('tbody button')) {
      table.querySelectorAll('button[tabindex="0"]').forEach((button) => (button.tabIndex = -1));
      event.target.tabIndex = 0;
    }
  });
  table.addEventListener('keydown', (event) => {
    const next = event.key in MOVES && neighbour(event.target.closest('td'), MOVES[event.key]);
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
}

/** The next button in one direction, over blanks. */
function neighbour(cell, [down, right]) {
  const { rows } = cell.closest('tbody');
  let row = cell.parentElement.sectionRowIndex;
  let column = cell.cellIndex;
  let button = null;
  do {
    row += down;
    column += right;
    const found = rows[row] && rows[row].cells[column];
    if (!found) {
      return null;
    }
    button = found.querySelector('button');
  } while (!button);
  return button;
}
