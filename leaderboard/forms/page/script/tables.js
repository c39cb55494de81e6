'use strict';

const COMPLETE = 0;
const PARTIAL = 1;
const BLANK = 2;
const collator = new Intl.Collator('en', { numeric: true });

/** The headings of the columns, below those of their groups. */
function headingsOf(table) {
  return [...table.tHead.rows[table.tHead.rows.length - 1].cells];
}

function partialShown() {
  return !document.body.classList.contains('hide-partial');
}

/** Complete values come before partial ones, and those before blanks, whichever way a table is sorted. */
function standing(cell) {
  if (!('value' in cell.dataset)) {
    return BLANK;
  }
  if (cell.classList.contains('partial')) {
    return partialShown() ? PARTIAL : BLANK;
  }
  return COMPLETE;
}

/** Let every heading sort the table by its column: once from the top, again the other way round. */
function makeSortable(table) {
  const body = table.tBodies[0];
  const original = [...body.rows];
  const headings = headingsOf(table);

  function sort() {
    const index = headings.findIndex((heading) => heading.hasAttribute('aria-sort'));
    if (index >= 0) {
      body.append(...sorted(original, index, headings[index]));
    }
  }

  for (const heading of headings) {
    const button = make('button', { type: 'button', class: 'sort' }, ...heading.childNodes);
    button.addEventListener('click', () => {
      turn(heading, headings);
      sort();
    });
    heading.append(button);
  }
  return sort;
}

/** Sort by this heading from now on; numbers begin with the largest, but for ranks, texts with the first. */
function turn(heading, headings) {
  const rising = heading.dataset.kind === 'text' || heading.dataset.key === 'rank';
  const [first, second] = rising ? ['ascending', 'descending'] : ['descending', 'ascending'];
  const next = heading.getAttribute('aria-sort') === first ? second : first;
  headings.forEach((other) => other.removeAttribute('aria-sort'));
  heading.setAttribute('aria-sort', next);
}

function sorted(rows, index, heading) {
  const sign = heading.getAttribute('aria-sort') === 'ascending' ? 1 : -1;
  const numeric = heading.dataset.kind === 'number';
  return [...rows].sort((one, other) => {
    const [first, second] = [one.cells[index], other.cells[index]];
    const apart = standing(first) - standing(second);
    if (apart !== 0 || standing(first) === BLANK) {
      return apart;
    }
    const [a, b] = [first.dataset.value, second.dataset.value];
    return sign * (numeric ? Number(a) - Number(b) : collator.compare(a, b));
  });
}

/** Show the columns that `isShown` says yes to; the headings above span what is left of their groups. */
function showColumns(table, isShown) {
  const headings = headingsOf(table);
  headings.forEach((heading, index) => {
    heading.hidden = !isShown(heading);
    for (const row of table.tBodies[0].rows) {
      row.cells[index].hidden = heading.hidden;
    }
  });
  for (const above of table.tHead.rows[0].cells) {
    const width = headings.filter((heading) => !heading.hidden && heading.dataset.group === above.dataset.group).length;
    above.hidden = width === 0;
    above.colSpan = Math.max(width, 1);
  }
}

/** A panel that says which columns are shown, a group of them or each by itself. */
function columnChooser(table, label) {
  const headings = headingsOf(table);
  const shown = new Set(headings.filter((heading) => !('optional' in heading.dataset)));
  const apply = () => showColumns(table, (heading) => shown.has(heading));
  const groups = new Set(headings.map((heading) => heading.dataset.group).filter((group) => group));
  const panel = make('div', { class: 'chooser-panel' });
  for (const group of groups) {
    const members = headings.filter((heading) => heading.dataset.group === group);
    panel.append(groupOfColumns(group, members, shown, apply));
  }
  apply();
  return make('details', { class: 'chooser' }, make('summary', {}, label), panel);
}

function groupOfColumns(group, members, shown, apply) {
  const boxes = members.map((heading) =>
    tickBox(heading.textContent, shown.has(heading), (checked) => {
      shown[checked ? 'add' : 'delete'](heading);
      all.box.checked = members.every((member) => shown.has(member));
      apply();
    }),
  );
  const all = tickBox(group, members.every((member) => shown.has(member)), (checked) => {
    members.forEach((heading) => shown[checked ? 'add' : 'delete'](heading));
    boxes.forEach(({ box }) => (box.checked = checked));
    apply();
  });
  all.field.classList.add('whole-group');
  return make('fieldset', { 'aria-label': group }, all.field, ...boxes.map(({ field }) => field));
}

/** Tools of the main table: what is filtered, and what is shown of it. */
function mainTools(table, onPartial) {
  const rows = [...table.tBodies[0].rows];
  const wanted = { name: '', task: '', complete: false };
  const count = make('output', { class: 'count', 'aria-live': 'polite' });

  function filter() {
    rows.forEach((row) => (row.hidden = !isWanted(row, wanted, headingsOf(table))));
    const left = rows.filter((row) => !row.hidden).length;
    count.textContent = left === rows.length ? `${left} rows` : `${left} of ${rows.length} rows`;
  }
  function want(key) {
    return (value) => {
      wanted[key] = value;
      filter();
    };
  }

  const search = make('input', { type: 'search', placeholder: 'name', autocomplete: 'off', spellcheck: 'false' });
  search.addEventListener('input', () => want('name')(search.value.trim().toLowerCase()));
  const tasks = headingsOf(table).filter((heading) => heading.dataset.kind === 'number' && isTask(heading));
  const options = tasks.map((heading) => [heading.dataset.key, heading.textContent]);
  filter();
  return [
    make('label', { class: 'field' }, make('span', {}, 'System'), search),
    choice('With scores of', [['', [['', 'any task'], ...options]]], want('task')).field,
    tickBox('complete only', false, want('complete')).field,
    tickBox('partial means', partialShown(), onPartial).field,
    columnChooser(table, 'Columns'),
    count,
  ];
}

function isTask(heading) {
  return data.measures.some(({ key }) => key === `task ${heading.dataset.key}`);
}

function isWanted(row, wanted, headings) {
  const [name] = [...row.cells].filter((cell) => cell.tagName === 'TH');
  const column = headings.findIndex((heading) => heading.dataset.key === wanted.task);
  return (
    name.dataset.value.toLowerCase().includes(wanted.name) &&
    (column < 0 || row.cells[column].textContent !== '') &&
    (!wanted.complete || 'complete' in row.dataset)
  );
}
