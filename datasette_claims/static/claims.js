// Adds “Copy” beside a citation. Without JavaScript the citation stands there as text.

for (const citation of document.querySelectorAll("[data-copy-text]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "claims-copy";
  button.textContent = "Copy";
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(citation.textContent.trim());
      said.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(citation);
      said.textContent = "Selected: press Ctrl+C";
    }
  });
  citation.after(button, said);
}
