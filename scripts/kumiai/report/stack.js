// SPDX-License-Identifier: GPL-3.0-or-later
// A table that is too wide for a small screen: each row becomes a block, a line for each of its cells.
"use strict";

const STACKS_BELOW = 720; // pixels of room; a wider screen scrolls

// Every cell knows its head, and keeps its part where it is shown as a block.
function headCells(table) {
  const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent.trim());
  table.setAttribute("role", "table");
  for (const row of table.rows) {
    row.setAttribute("role", "row");
    [...row.cells].forEach((cell, i) => {
      const isHead = row.parentElement === table.tHead;
      cell.setAttribute("role", isHead ? "columnheader" : cell.tagName === "TH" ? "rowheader" : "cell");
      if (!isHead) cell.dataset.label = heads[i];
    });
  }
}

function stackWhereNarrow(place) {
  place.classList.remove("stacked");
  const narrow = place.clientWidth > 0 && place.clientWidth < STACKS_BELOW;
  place.classList.toggle("stacked", narrow && place.scrollWidth > place.clientWidth);
}

function stackAll() {
  document.querySelectorAll(".table, .scroll").forEach(stackWhereNarrow);
}
