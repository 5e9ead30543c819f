"use strict";
const form = document.getElementById("filter");
const rows = [...document.querySelectorAll("tr[data-outcome]")];
const words = rows.map((row) => row.textContent.toLowerCase());
const count = document.getElementById("filter-count");

function filter() {
  const text = document.getElementById("filter-text").value.trim().toLowerCase();
  const wanted = new Set([...form.elements.outcome].filter((one) => one.checked).map((one) => one.value));
  const all = form.elements.outcome.length === wanted.size;
  let shown = 0;
  rows.forEach((row, place) => {
    const kept = wanted.has(row.dataset.outcome) && words[place].includes(text);
    row.hidden = !kept;
    shown += kept;
  });
  for (const part of document.querySelectorAll("details.document")) {
    const left = part.querySelectorAll("tr[data-outcome]:not([hidden])").length;
    part.hidden = left === 0;
    if (text || !all) part.open = left > 0;
  }
  count.textContent = count.dataset.text.replace("{shown}", shown).replace("{all}", rows.length);
}

form.hidden = false;
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
filter();

for (const button of document.querySelectorAll("button.copy")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  const said = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
    button.textContent = `${said} ✓`;
    setTimeout(() => { button.textContent = said; }, 2000);
  });
}

function reveal() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let part = target; part; part = part.parentElement) {
    if (part.tagName === "DETAILS") part.open = true;
  }
  if (target) target.scrollIntoView();
}

addEventListener("hashchange", reveal);
reveal();

let closed = [];
addEventListener("beforeprint", () => {
  if (!document.getElementById("full").checked) return;
  closed = [...document.querySelectorAll("details:not([open])")];
  for (const part of closed) part.open = true;
});
addEventListener("afterprint", () => {
  for (const part of closed) part.open = false;
  closed = [];
});
