// Takes the secret of a letter's QR out of the address, where it stands behind #, and sends it with the form.
// A plain script in old words, for old phones; without it the two codes are typed.
(function () {
  function open() {
    var found = /^#([0-9]{9})\.([0-9A-Za-z]{20})$/.exec(location.hash);
    if (!location.hash) return;
    history.replaceState(null, "", location.pathname);
    if (!found) return;
    document.getElementById("house_code").value = found[1];
    document.getElementById("secret").value = found[2];
    document.getElementById("door").submit();
  }
  window.addEventListener("hashchange", open);
  open();
})();
