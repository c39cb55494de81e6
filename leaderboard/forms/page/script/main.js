'use strict';

const MAIN_TABLE = byId('leaderboard-table');
const SLICE_TABLE = byId('slice-table');
const THEMES = [['', 'automatic'], ['light', 'light'], ['dark', 'dark']];
const QUANTITIES = [['score', 'scores'], ['change', 'change against the baseline']];
const SHOWN_FOR_ONE = ['Averages', 'Groups of tasks', 'Tasks', 'By resource level'];

function start() {
  reveal('script');
  byId('theme').append(choice('Theme', [['', THEMES]], setTheme).field);
  prepareTables();
  prepareImprovement();
  prepareCloser();
  closeExamplesOnClick();
}

/** Show what makes no sense without this. */
function reveal(need) {
  document.querySelectorAll(`[data-needs="${need}"]`).forEach((element) => (element.hidden = false));
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
}

function prepareTables() {
  // A board on which nothing is complete would be blank; then the partial means are shown from the start.
  setPartial(!MAIN_TABLE.querySelector('[data-system][data-complete]'));
  const sorts = [MAIN_TABLE, SLICE_TABLE, byId('system-table')].map(makeSortable);
  const onPartial = (shown) => {
    setPartial(shown);
    sorts.forEach((sort) => sort());
  };
  byId('leaderboard-tools').append(...mainTools(MAIN_TABLE, onPartial));
  prepareSlices();
}

/** One kind of slice at a time; what stands for all languages stays. */
function prepareSlices() {
  const kinds = new Set(headingsOf(SLICE_TABLE).map((heading) => heading.dataset.group));
  const always = ['', 'Transfer gap'];
  const options = [...kinds].filter((kind) => !always.includes(kind)).map((kind) => [kind, kind]);
  const show = (kind) => showColumns(SLICE_TABLE, ({ dataset }) => always.includes(dataset.group) || dataset.group === kind);
  if (options.length > 0) {
    byId('slices-tools').append(choice('Languages by', [['', options]], show).field);
    show(options[0][0]);
  }
}

function setPartial(shown) {
  document.body.classList.toggle('hide-partial', !shown);
}

function prepareImprovement() {
  if (data.contenders.length === 0) {
    return;
  }
  reveal('contenders');
  const there = data.measures.filter(({ key }) => data.contenders.some((contender) => contender.gains[key]));
  const kinds = [...new Set(there.map(({ kind }) => kind))];
  const groups = kinds.map((kind) => [kind, there.filter((one) => one.kind === kind).map(({ key, title }) => [key, title])]);
  const show = (measure) => byId('improvement-plot').replaceChildren(...forest(contenderRows(measure), 'System'));
  byId('improvement-tools').append(choice('Measured by', groups, show).field);
  show(there[0].key);
}

/** The section on one system: all of it follows one choice. */
function prepareCloser() {
  const others = data.systems.map((_, system) => system).filter((system) => !data.baselines.includes(system));
  const shown = { system: others.length ? others[0] : 0, quantity: 'change' };
  const refresh = () => showCloser(shown.system, shown.quantity);

  const systems = choice('System', [['', data.systems.map((name, system) => [system, name])]], (system) => {
    shown.system = Number(system);
    refresh();
  });
  const quantities = choice('Show', [['', QUANTITIES]], (quantity) => {
    shown.quantity = quantity;
    refresh();
  });
  byId('closer-tools').append(systems.field);
  byId('heat-tools').append(quantities.field);
  systems.select.value = String(shown.system);
  quantities.select.value = shown.quantity;
  lookCloserFromTable((system) => {
    systems.select.value = String(system);
    shown.system = system;
    refresh();
  });
  refresh();
}

function showCloser(system, quantity) {
  const changes = data.cells.some((cell) => cell.system === system && cell.change);
  byId('heat-tools').hidden = !changes;
  byId('heat-map').replaceChildren(...heatMap(system, changes ? quantity : 'score', openExamples));
  const contender = contenderOf(system);
  byId('closer-gains').hidden = !contender;
  if (contender) {
    const rows = measureRows(contender, SHOWN_FOR_ONE);
    byId('gains-plot').replaceChildren(...forest(rows, 'Measure'));
    byId('languages-plot').replaceChildren(...forest(languageRows(contender), 'Language'));
  }
}

/** The names in the main table lead to the section on one system. */
function lookCloserFromTable(choose) {
  for (const row of MAIN_TABLE.tBodies[0].querySelectorAll('[data-system]')) {
    const link = row.querySelector('th a');
    link.href = '#closer';
    link.addEventListener('click', () => choose(Number(row.dataset.system)));
  }
}

start();
