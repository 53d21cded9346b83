// Takes the secret of a letter's QR out of the address, where it stands behind #, and sends it with the form. What is
// typed by hand is checked before it is sent: a slip is told here, and the text stays, which no server gives back.
// A plain script in old words, for old phones; without it the two codes are typed and checked by the server.
(function () {
  var form = document.getElementById("door");
  var code = document.getElementById("house_code");
  var secret = document.getElementById("secret");
  var told = document.getElementById("door-slip");
  var LETTERS = "0123456789ABCDEFGHJKMNPQRTVWXYZ"; // of households/codes.py, as is the rest
  var DAMM = [
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790"
  ];

  function letters(typed) {
    var plain = typed.replace(/[\s.\-\u00ad\u2010-\u2015\u2212\u200b\ufeff]+/g, "").toUpperCase();
    return plain.replace(/O/g, "0").replace(/[IL]/g, "1").replace(/S/g, "5").replace(/U/g, "V");
  }

  function grouped(text) {
    return text.replace(/(.{4})(?=.)/g, "$1 ");
  }

  function isHouseCode(typed) {
    var digits = letters(typed), state = 0;
    if (!/^[1-9][0-9]{8}$/.test(digits)) return false;
    for (var place = 0; place < 9; place++) state = Number(DAMM[state].charAt(Number(digits.charAt(place))));
    return state === 0;
  }

  // What is wrong with a secret: ["", ...] for nothing, else the name of a sentence, what to fill in, and the place of
  // the wrong letter where one is known.
  function slipOf(plain) {
    var sum = 0;
    for (var place = 0; place < plain.length; place++) {
      var value = LETTERS.indexOf(plain.charAt(place));
      if (value < 0) return ["letter", String(Math.floor(place / 4) + 1), place];
      sum += (place + 1) * value;
    }
    if (plain.length !== 20) return ["length", String(plain.length), -1];
    return sum % LETTERS.length ? ["check", "", -1] : ["", "", -1];
  }

  function tell(field, name, filled) {
    told.textContent = form.getAttribute("data-" + name).replace("{n}", filled);
    told.hidden = false;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", "door-slip");
    field.focus();
  }

  function check(event) {
    code.removeAttribute("aria-invalid");
    secret.removeAttribute("aria-invalid");
    told.hidden = true;
    var plain = letters(secret.value), slip = slipOf(plain);
    if (slip[0]) {
      event.preventDefault();
      secret.value = grouped(plain); // in groups, as it stands on the letter
      tell(secret, slip[0], slip[1]);
      if (slip[2] >= 0) {
        var start = Math.floor(slip[2] / 4) * 5;
        secret.setSelectionRange(start, start + 4);
      }
    } else if (!isHouseCode(code.value)) {
      event.preventDefault();
      tell(code, "code", "");
    }
  }

  function open() {
    var found = /^#([0-9]{9})\.([0-9A-Za-z]{20})$/.exec(location.hash);
    if (!location.hash) return;
    history.replaceState(null, "", location.pathname);
    if (!found) return;
    code.value = found[1];
    secret.value = found[2];
    form.submit();
  }

  form.addEventListener("submit", check);
  window.addEventListener("hashchange", open);
  open();
})();
