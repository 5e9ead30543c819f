"use strict";

// What the server knows of retrievals and exports, shown as it changes. Without it pages still work.
const POLL = 500;

async function asked(path) {
  const response = await fetch(path, { headers: { Accept: "application/json" } });
  return response.ok ? response.json() : null;
}

function later(work) {
  setTimeout(work, POLL);
}

const table = document.querySelector("[data-study]");
if (table) {
  const poll = async () => {
    const found = await asked(`/api/studies/${table.dataset.study}`);
    if (!found) return;
    for (const one of found.series) {
      const row = table.querySelector(`[data-series="${CSS.escape(one.uid)}"]`);
      if (!row) continue;
      row.querySelector("progress").value = one.received;
      row.querySelector(".count").textContent = `${one.received}/${one.instances}`;
      const state = row.querySelector(".state");
      const said = table.dataset[one.state];
      if (state.textContent !== said) state.textContent = said;
    }
    if (found.series.some((one) => one.state === "running")) later(poll);
  };
  poll();
}

const sent = document.querySelector("[data-export]");
if (sent) {
  const poll = async () => {
    const found = await asked(`/api/exports/${sent.dataset.export}`);
    if (!found) return;
    for (const place of sent.querySelectorAll("[data-count]")) {
      place.textContent = found[place.dataset.count];
    }
    sent.querySelector("progress").value = found.sent;
    sent.querySelector(".why").textContent = found.why;
    sent.querySelector(".reason").textContent = found.reason;
    const state = sent.querySelector(".state");
    if (state.textContent !== found.label) state.textContent = found.label;
    sent.dataset.state = found.state;
    if (found.state === "running") later(poll);
  };
  poll();
}
