'use strict';

const SVG = 'http://www.w3.org/2000/svg';
const MINUS = '\u2212';

/** An HTML element; strings among the children become text, never markup. */
function make(name, attributes = {}, ...children) {
  return furnish(document.createElement(name), attributes, children);
}

/** The same for an element of a drawing. */
function draw(name, attributes = {}, ...children) {
  return furnish(document.createElementNS(SVG, name), attributes, children);
}

function furnish(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children);
  return element;
}

/** Text of unknown origin: its direction is its own, and cannot turn that of the text around it. */
function isolated(text) {
  return make('bdi', {}, text);
}

/** The same for a name, which may be broken behind its dots and dashes before it is broken anywhere else. */
function isolatedName(name) {
  const parts = name.split(/(?<=[._/-])(?=[\p{L}\p{N}_])/u);
  return make('bdi', {}, ...parts.flatMap((part, index) => (index === 0 ? [part] : [make('wbr'), part])));
}

function byId(identity) {
  return document.getElementById(identity);
}

/** Raised links to the notes at the end of the page. */
function noteLinks(numbers) {
  const links = numbers.map((number) => make('a', { href: `#note-${number}`, 'aria-label': `note ${number}` }, number));
  return make('sup', {}, ...links);
}

/** A choice of one of several; groups are `[title, [[value, text], ...]]`, a group without title stands alone. */
function choice(label, groups, onChange) {
  const select = make('select');
  for (const [title, options] of groups) {
    const parent = title ? make('optgroup', { label: title }) : select;
    parent.append(...options.map(([value, text]) => make('option', { value }, text)));
    if (title) {
      select.append(parent);
    }
  }
  select.addEventListener('change', () => onChange(select.value));
  return { field: make('label', { class: 'field' }, make('span', {}, label), select), select };
}

/** A box to tick. */
function tickBox(label, checked, onChange) {
  const box = make('input', { type: 'checkbox' });
  box.checked = checked;
  box.addEventListener('change', () => onChange(box.checked));
  return { field: make('label', { class: 'tick' }, box, ' ', label), box };
}
