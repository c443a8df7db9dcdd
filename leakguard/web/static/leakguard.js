// What is nicer with scripts on: the clock, and lists that change by themselves. Everything works without it.
"use strict";

const announce = (text) => { document.getElementById("announce").textContent = text; };
