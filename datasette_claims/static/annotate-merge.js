// Type-ahead for the row that is to be merged.

import { comboboxes } from "./annotate-combobox.js";

const form = document.getElementById("claims-merge");
if (form) comboboxes(form);
