// Folds the list of what the columns mean, which is long, on Datasette's table pages. Without JavaScript it is open.

for (const list of document.querySelectorAll("dl.column-descriptions")) {
  const fold = document.createElement("details");
  fold.className = "claims-fold";
  const summary = document.createElement("summary");
  summary.textContent = `What the ${list.querySelectorAll("dt").length} columns mean`;
  list.replaceWith(fold);
  fold.append(summary, list);
}
