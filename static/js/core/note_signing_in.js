// On pages that let somebody in.

import { noteSigningIn } from "./signing_in.js";

document.addEventListener("submit", noteSigningIn);
